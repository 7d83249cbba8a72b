import { type Analysis, analysisOf, DEFAULT_SETTINGS } from '@ovation/protocol';
import { emptyWindow, type WindowState } from './window.ts';

/** State of the analyzer for one channel. JSON, because the snapshot stores it. */
export interface AnalyzedChannel {
  /** version of the settings in force; 0 = never changed */
  version: number;
  analysis: Analysis;
  /** open windows, ascending by start */
  windows: WindowState[];
  /**
   * State of each channel detector that is not idle, by the detector's name. In a snapshot it is the text of its JSON.
   * In snapshots of earlier versions it is missing, or JSON itself.
   */
  detectors?: Record<string, unknown>;
  /** append time of its deletion, ms, while it is deleted */
  goneAt?: number;
  /** version with which it began again after a deletion */
  born?: number;
}

const DEFAULT_ANALYSIS = analysisOf(DEFAULT_SETTINGS);

export function emptyChannel(): AnalyzedChannel {
  return { version: 0, analysis: DEFAULT_ANALYSIS, windows: [] };
}

/** The open window that starts at `start`. A missing window is created at its place. */
export function openWindow(channel: AnalyzedChannel, start: number): WindowState {
  const { windows } = channel;
  // The newest window is wanted nearly always, so the search begins there.
  for (let index = windows.length - 1; index >= 0; index -= 1) {
    const known = windows[index];
    if (known?.start === start) return known;
  }
  const window = emptyWindow(start);
  const place = channel.windows.findIndex((other) => other.start > start);
  channel.windows.splice(place === -1 ? channel.windows.length : place, 0, window);
  return window;
}

/**
 * A copy for the snapshot. A detector's state is thousands of numbers. As JSON the database would parse each number,
 * which costs three times as much as one text.
 */
export function storedChannel({ detectors, ...channel }: AnalyzedChannel): AnalyzedChannel {
  const copy = JSON.parse(JSON.stringify(channel)) as AnalyzedChannel; // states are JSON: what comes out has the same type
  if (!detectors) return copy;
  const texts = Object.entries(detectors).map(([name, state]) => [name, JSON.stringify(state)]);
  return { ...copy, detectors: Object.fromEntries(texts) };
}

/** A copy of a channel in a snapshot, for the engine to continue with. */
export function loadedChannel({ detectors, ...channel }: AnalyzedChannel): AnalyzedChannel {
  const copy: AnalyzedChannel = structuredClone(channel);
  if (!detectors) return copy;
  const states = Object.entries(detectors).map(([name, state]): [string, unknown] => [
    name,
    typeof state === 'string' ? JSON.parse(state) : structuredClone(state),
  ]);
  return { ...copy, detectors: Object.fromEntries(states) };
}

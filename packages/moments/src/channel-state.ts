import type { Analysis } from '@ovation/protocol';
import { analysisOf, DEFAULT_SETTINGS } from '@ovation/protocol';
import type { WindowState } from './window.ts';
import { emptyWindow } from './window.ts';

/** What the analyzer keeps of one channel. JSON: stored as it is in the snapshot. */
export interface ChannelState {
  /** version of the settings in force; 0 = never changed */
  version: number;
  analysis: Analysis;
  /** open windows, ascending by start */
  windows: WindowState[];
  /** state of each channel detector that is not idle, by its name; missing in snapshots of earlier versions */
  detectors?: Record<string, unknown>;
}

const DEFAULT_ANALYSIS = analysisOf(DEFAULT_SETTINGS);

export function emptyChannel(): ChannelState {
  return { version: 0, analysis: DEFAULT_ANALYSIS, windows: [] };
}

/** The open window that starts at `start`, made when missing, in its place. */
export function openWindow(channel: ChannelState, start: number): WindowState {
  const { windows } = channel;
  // The newest is asked for nearly always.
  for (let index = windows.length - 1; index >= 0; index -= 1) {
    const known = windows[index];
    if (known?.start === start) return known;
  }
  const window = emptyWindow(start);
  const place = channel.windows.findIndex((other) => other.start > start);
  channel.windows.splice(place === -1 ? channel.windows.length : place, 0, window);
  return window;
}

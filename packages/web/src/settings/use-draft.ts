import { useState } from 'react';
import type { ChannelSettings, Settings } from '@ovation/protocol';

export interface Draft {
  readonly values: Settings;
  readonly isChanged: boolean;
  /** another moderator saved a version since this draft was begun */
  readonly isOvertaken: boolean;
  change(patch: Partial<Settings>): void;
  /** Drops the draft for what is in force. */
  reset(): void;
  /** What was saved is what is in force now. */
  saved(settings: ChannelSettings): void;
}

/**
 * The values being edited. While nothing is edited they follow what is in force; once something is, they stay, and a newer
 * version of another moderator is only announced.
 */
export function useDraft(settings: ChannelSettings): Draft {
  const [base, setBase] = useState(settings);
  const [edits, setEdits] = useState<Partial<Settings>>({});
  const values = { ...valuesOf(settings), ...edits };
  const isChanged = !isSame(values, settings);
  return {
    values,
    isChanged,
    isOvertaken: isChanged && settings.version > base.version,
    change(patch) {
      if (Object.keys(edits).length === 0) setBase(settings);
      setEdits((before) => ({ ...before, ...patch }));
    },
    reset() {
      setEdits({});
      setBase(settings);
    },
    saved(now) {
      setEdits({});
      setBase(now);
    },
  };
}

function valuesOf({ interval, threshold, allowedEmotes }: Settings): Settings {
  return { interval, threshold, allowedEmotes };
}

function isSame(one: Settings, other: Settings): boolean {
  return JSON.stringify(valuesOf(one)) === JSON.stringify(valuesOf(other));
}

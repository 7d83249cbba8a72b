import { useEffect, useState } from 'react';
import { texts } from '../texts.ts';
import { PlainButton } from './button.tsx';
import { Check, Copy } from './icons.tsx';

const SHOWN_MS = 2_000;

/** A shell command with a button that copies it. */
export function CopyCommand({ command }: { command: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => {
    // Refused on plain http from another machine; the text can still be selected.
    void navigator.clipboard?.writeText(command).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <div className="bg-sunken flex items-center gap-1 rounded-md pl-3">
      <code className="min-w-0 flex-1 py-2 font-mono text-xs wrap-anywhere">{command}</code>
      <PlainButton look="quiet" aria-label={texts.empty.copyCommand(command)} onClick={copy}>
        {isCopied ? <Check /> : <Copy />}
      </PlainButton>
      <span className="sr-only" role="status">
        {isCopied ? texts.empty.copied : ''}
      </span>
    </div>
  );
}

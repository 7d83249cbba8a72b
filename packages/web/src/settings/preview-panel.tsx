import type { Preview, Settings } from '@ovation/protocol';
import { texts } from '../texts.ts';
import { usePreview } from './use-preview.ts';

const HOUR_MS = 3_600_000;
/** A log this close to an hour counts as one: it is trimmed in blocks. */
const NEARLY = 0.98;

/** "The last hour with these settings": one figure, and from how much it comes. */
export function PreviewPanel({ name, values }: { name: string; values: Settings }) {
  const state = usePreview(name, values);
  return (
    <section className="bg-sunken grid content-start gap-1 rounded-md p-4" aria-label={texts.preview.title}>
      <h3 className="text-soft font-sans text-sm">{texts.preview.title}</h3>
      <output className="min-h-24 block" data-preview={state.kind}>
        {state.kind === 'waiting' && <p className="text-soft text-sm">{texts.preview.wait}</p>}
        {state.kind === 'answered' &&
          (state.answer.ok ? (
            <Figure preview={state.answer.value} />
          ) : (
            <p className="text-alert text-sm">
              {state.answer.status === 400 ? texts.preview.invalid : texts.preview.failed}
            </p>
          ))}
        <p className="text-soft mt-1 text-xs">{texts.preview.scope}</p>
      </output>
    </section>
  );
}

function Figure({ preview }: { preview: Preview }) {
  const { moments, reactions, windows, spanMs } = preview;
  if (reactions === 0) return <p className="text-soft text-sm">{texts.preview.empty}</p>;
  return (
    <>
      <p className="font-serif text-2xl">{texts.preview.moments(moments)}</p>
      <p className="text-soft text-sm">{texts.preview.from(reactions, windows)}</p>
      {spanMs < HOUR_MS * NEARLY && <p className="text-soft text-sm">{texts.preview.young(spanMs)}</p>}
    </>
  );
}

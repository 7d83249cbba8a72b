import { useState, type FormEvent } from 'react';
import type { ApiFailure } from '@ovation/client';
import type { ChannelSettings } from '@ovation/protocol';
import { keepAccessToken } from '../live/access-token.ts';
import { useApi } from '../live/api-context.tsx';
import { texts } from '../texts.ts';
import { PlainButton } from '../ui/button.tsx';
import { TokenField } from '../ui/token-field.tsx';
import { EmotesField } from './emotes-field.tsx';
import { IntervalField, ThresholdField } from './number-fields.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { useDraft, type Draft } from './use-draft.ts';
import { useWrongFields } from './use-wrong-fields.ts';

type Saving =
  | { readonly kind: 'idle' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'failed'; readonly failure: ApiFailure };

export function SettingsForm({ name, settings }: { name: string; settings: ChannelSettings }) {
  const api = useApi();
  const draft = useDraft(settings);
  const [saving, setSaving] = useState<Saving>({ kind: 'idle' });
  const wrong = useWrongFields();
  const save = async () => {
    setSaving({ kind: 'saving' });
    const answer = await api.saveSettings(name, draft.values);
    if (!answer.ok) return setSaving({ kind: 'failed', failure: answer });
    draft.saved(answer.value);
    return setSaving({ kind: 'saved' });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.isChanged && !wrong.any && saving.kind !== 'saving') void save();
  };
  const reset = () => {
    draft.reset();
    wrong.clear();
  };
  const useToken = (token: string) => {
    keepAccessToken(token);
    void save();
  };
  const problem = (field: string) => problemOf(saving, field);
  const change: Draft['change'] = (patch) => {
    setSaving({ kind: 'idle' });
    draft.change(patch);
  };
  const { interval, threshold, allowedEmotes } = draft.values;
  return (
    <>
      <form className="grid flex-1 content-start gap-6 px-4 pb-6 sm:px-6" onSubmit={submit} id="settings-form">
        <p className="text-soft text-sm">{texts.settings.rule(threshold, interval)}</p>
        <IntervalField
          key={`interval-${wrong.generation}`}
          value={interval}
          change={(value) => change({ interval: value })}
          noteWrong={wrong.note('interval')}
          problem={problem('interval')}
        />
        <ThresholdField
          key={`threshold-${wrong.generation}`}
          noteWrong={wrong.note('threshold')}
          value={threshold}
          change={(value) => change({ threshold: value })}
          problem={problem('threshold')}
        />
        <PreviewPanel name={name} values={draft.values} />
        <EmotesField
          name={name}
          emotes={allowedEmotes}
          change={(emotes) => change({ allowedEmotes: emotes })}
          problem={problem('allowedEmotes')}
        />
      </form>
      <SaveBar draft={draft} isWrong={wrong.any} saving={saving} useToken={useToken} reset={reset} />
    </>
  );
}

interface SaveBarProps {
  draft: Draft;
  /** a field holds what cannot be saved */
  isWrong: boolean;
  saving: Saving;
  useToken: (token: string) => void;
  reset: () => void;
}

/** Stays at the bottom of the drawer: what happens on saving, and what happened. */
function SaveBar({ draft, isWrong, saving, useToken, reset }: SaveBarProps) {
  return (
    <div className="border-line bg-paper sticky bottom-0 border-t px-4 py-3 sm:px-6">
      {draft.isOvertaken && (
        <div className="text-alert flex flex-wrap items-center gap-2 text-sm" role="status">
          {texts.settings.changedByOther}
          <PlainButton look="quiet" onClick={reset}>
            {texts.settings.takeTheirs}
          </PlainButton>
        </div>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <PlainButton
          type="submit"
          form="settings-form"
          look="primary"
          // Not disabled: that would take the keyboard out of the drawer.
          aria-disabled={saving.kind === 'saving' || isWrong || !draft.isChanged}
        >
          {saving.kind === 'saving' ? texts.settings.saving : texts.settings.save}
        </PlainButton>
        <PlainButton look="quiet" aria-disabled={!draft.isChanged && !isWrong} onClick={reset}>
          {texts.settings.reset}
        </PlainButton>
      </div>
      <output className="text-soft min-h-6 mt-1 block text-sm" data-saving={saving.kind}>
        {outcomeOf(saving)}
      </output>
      {needsToken(saving) && <TokenField status={saving.failure.status} onToken={useToken} />}
    </div>
  );
}

function needsToken(saving: Saving): saving is Extract<Saving, { kind: 'failed' }> {
  return saving.kind === 'failed' && (saving.failure.status === 401 || saving.failure.status === 403);
}

function outcomeOf(saving: Saving): string {
  if (saving.kind === 'saved') return texts.settings.saved;
  if (saving.kind !== 'failed') return '';
  if (saving.failure.status === 0) return texts.settings.noAnswer;
  return saving.failure.message === '' ? texts.settings.failed : `${texts.settings.failed}: ${saving.failure.message}`;
}

function problemOf(saving: Saving, field: string): string | undefined {
  if (saving.kind !== 'failed') return undefined;
  return saving.failure.details.find((detail) => detail.field.split('.')[0] === field)?.reason;
}

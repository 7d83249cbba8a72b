import { lazy, Suspense, useId, useState, type KeyboardEvent } from 'react';
import { emoteKey } from '@ovation/protocol';
import { useChannel } from '@ovation/client/react';
import { texts } from '../texts.ts';
import { PlainButton } from '../ui/button.tsx';
import { displayOf } from '../ui/emote-text.ts';
import { Emote } from '../ui/emote.tsx';
import { Cross, Plus } from '../ui/icons.tsx';
import { FieldProblem } from './field-problem.tsx';

const EmojiPicker = lazy(() => import('./emoji-picker.tsx').then((module) => ({ default: module.EmojiPicker })));

interface EmotesFieldProps {
  name: string;
  emotes: readonly string[];
  change: (emotes: string[]) => void;
  problem: string | undefined;
}

/** Which emotes count: taken away one by one, added from the picker or by name. */
export function EmotesField({ name, emotes, change, problem }: EmotesFieldProps) {
  const [isPicking, setPicking] = useState(false);
  const titleId = useId();
  const keys = new Set(emotes.map(emoteKey));
  const add = (emote: string) => {
    if (!keys.has(emoteKey(emote))) change([...emotes, emote]);
  };
  return (
    <section className="grid gap-2" aria-labelledby={titleId}>
      <div>
        <h3 id={titleId} className="font-sans text-base font-semibold">
          {texts.settings.emotes}
        </h3>
        <p className="text-soft text-xs">{texts.settings.emotesHelp}</p>
      </div>
      <EmoteChips name={name} emotes={emotes} remove={(emote) => change(emotes.filter((other) => other !== emote))} />
      <FieldProblem text={problem} />
      <PlainButton className="justify-self-start" aria-expanded={isPicking} onClick={() => setPicking(!isPicking)}>
        <Plus className="size-4" />
        {texts.settings.add}
      </PlainButton>
      {isPicking && (
        <Suspense fallback={<p className="h-picker text-soft text-sm">{texts.picker.loading}</p>}>
          <EmojiPicker pick={add} />
        </Suspense>
      )}
      <NameField add={add} />
    </section>
  );
}

interface EmoteChipsProps {
  name: string;
  emotes: readonly string[];
  remove: (emote: string) => void;
}

function EmoteChips({ name, emotes, remove }: EmoteChipsProps) {
  const aliases = useChannel(name, (view) => view.emotes);
  if (emotes.length === 0) return <p className="text-alert min-h-target text-sm">{texts.settings.noEmotes}</p>;
  return (
    <ul className="flex flex-wrap gap-1">
      {emotes.map((emote) => {
        const display = displayOf({ emotes: aliases }, emoteKey(emote) ?? emote);
        return (
          <li key={emote} className="max-w-full">
            <button
              type="button"
              className="border-line hover:border-edge hover:bg-sunken group h-target min-w-target flex max-w-full items-center gap-1 rounded-md border px-2"
              aria-label={`${texts.settings.remove} ${texts.emoteName(display)}`}
              onClick={() => remove(emote)}
            >
              <Emote display={display} isSilent />
              <Cross className="text-soft size-4" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Emotes that no keyboard has: Kappa and its kind. */
function NameField({ add }: { add: (emote: string) => void }) {
  const id = useId();
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  const submit = () => {
    const trimmed = text.trim();
    const isEmote = emoteKey(trimmed) !== undefined;
    setWrong(!isEmote);
    if (!isEmote) return;
    add(trimmed);
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    submit();
  };
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm">
        {texts.settings.addName}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          className="border-edge bg-raised h-target min-w-0 flex-1 rounded-md border px-3"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={isWrong}
          aria-describedby={`${id}-help`}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <PlainButton onClick={submit}>{texts.settings.addNameButton}</PlainButton>
      </div>
      <p id={`${id}-help`} className={`text-xs ${isWrong ? 'text-accent' : 'text-soft'}`}>
        {isWrong ? texts.settings.addNameWrong : texts.settings.addNameHelp}
      </p>
    </div>
  );
}

import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { texts } from '../texts.ts';
import { Minus, Plus } from '../ui/icons.tsx';
import { FieldProblem } from './field-problem.tsx';

interface NumberTextProps {
  value: number;
  /** @returns the number, or undefined where the text is none that is allowed */
  read: (text: string) => number | undefined;
  show: (value: number) => string;
  change: (value: number) => void;
  noteWrong: (isWrong: boolean) => void;
  /** by how much the buttons and arrow keys change it; without, there are no buttons */
  step?: number;
  label: ReactNode;
  isLabelHidden?: boolean;
  help: string;
  /** said while the text is no value */
  wrongText: string;
  /** what the server says */
  problem: string | undefined;
}

const stepButton = 'size-target inline-flex items-center justify-center text-soft hover:text-ink';

/** A number as it is typed: what is wrong with it is said, and it stays as it was typed. */
export function NumberText(props: NumberTextProps) {
  const { help, isLabelHidden = false, label, problem, step, wrongText } = props;
  const id = useId();
  const { text, isWrong, type, move } = useTyped(props);
  const onKeyDown = (event: KeyboardEvent) => {
    const up = event.key === 'ArrowUp';
    if (step === undefined || (!up && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    move(up ? step : -step);
  };
  const said = isWrong ? wrongText : problem;
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'font-semibold'}>
        {label}
      </label>
      <div className="border-edge bg-raised focus-within:border-accent flex rounded-md border">
        {step !== undefined && <Step text={texts.settings.decrease} sign={<Minus />} press={() => move(-step)} />}
        <input
          id={id}
          className="h-target min-w-0 flex-1 bg-transparent text-center outline-none"
          inputMode="decimal"
          autoComplete="off"
          value={text}
          aria-invalid={said !== undefined}
          aria-describedby={`${id}-help`}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {step !== undefined && <Step text={texts.settings.increase} sign={<Plus />} press={() => move(step)} />}
      </div>
      <p id={`${id}-help`} className="text-soft text-xs">
        {help}
      </p>
      <FieldProblem text={said} />
    </div>
  );
}

type Typing = Pick<NumberTextProps, 'change' | 'noteWrong' | 'read' | 'show' | 'value'>;

function useTyped({ change, noteWrong, read, show, value }: Typing) {
  const [text, setText] = useState(show(value));
  const given = read(text);
  // Another field or another person changed the value; what is wrong stays.
  if (given !== undefined && given !== value) setText(show(value));
  const type = (next: string) => {
    setText(next);
    const number = read(next);
    noteWrong(number === undefined);
    if (number !== undefined) change(number);
  };
  const move = (by: number) => {
    const next = show((given ?? value) + by);
    if (read(next) !== undefined) type(next);
  };
  return { text, isWrong: given === undefined, type, move };
}

function Step({ text, sign, press }: { text: string; sign: ReactNode; press: () => void }) {
  return (
    <button type="button" className={stepButton} aria-label={text} onClick={press}>
      {sign}
    </button>
  );
}

import { useState } from 'react';
import { Label } from 'react-aria-components/Label';
import { Slider, SliderThumb, SliderTrack } from 'react-aria-components/Slider';
import { INTERVAL_MAX } from '@ovation/protocol';
import { texts } from '../texts.ts';
import { NumberText } from './number-text.tsx';

interface NumberProps {
  value: number;
  change: (value: number) => void;
  /** told while the field holds what is no value */
  noteWrong: (isWrong: boolean) => void;
  problem: string | undefined;
}

export function IntervalField({ value, change, noteWrong, problem }: NumberProps) {
  return (
    <NumberText
      value={value}
      read={intervalOf}
      show={String}
      change={change}
      noteWrong={noteWrong}
      step={1}
      label={
        <>
          {texts.settings.interval} <span className="text-soft font-normal">{texts.settings.intervalUnit}</span>
        </>
      }
      help={texts.settings.intervalHelp}
      wrongText={texts.settings.intervalWrong}
      problem={problem}
    />
  );
}

/** A whole number of reactions, as the server takes it; undefined for anything else. */
export function intervalOf(text: string): number | undefined {
  const number = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return number >= 1 && number <= INTERVAL_MAX ? number : undefined;
}

/** A share between 0 and 1, with a point or a comma; undefined for anything else. The ends are no rule. */
export function thresholdOf(text: string): number | undefined {
  const written = text.trim().replace(',', '.');
  const number = /^(?:\d{1,2}(?:\.\d{0,6})?|\.\d{1,6})$/.test(written) ? Number(written) : 0;
  return number > 0 && number < 1 ? number : undefined;
}

const SLIDER_STEP = 0.01;

export function ThresholdField({ value, change, noteWrong, problem }: NumberProps) {
  // Rises with each move of the slider: what was typed before gives way.
  const [moves, setMoves] = useState(0);
  const slide = (next: number) => {
    setMoves((before) => before + 1);
    noteWrong(false);
    change(next);
  };
  return (
    <div className="grid gap-1">
      <Slider
        className="grid gap-1"
        value={Math.min(1 - SLIDER_STEP, Math.max(SLIDER_STEP, value))}
        onChange={slide}
        minValue={SLIDER_STEP}
        maxValue={1 - SLIDER_STEP}
        step={SLIDER_STEP}
      >
        <Label className="font-semibold">{texts.settings.threshold}</Label>
        <SliderTrack className="slider-track h-target relative w-full">
          <SliderThumb className="slider-thumb bg-accent size-5 rounded-full" />
        </SliderTrack>
      </Slider>
      <NumberText
        key={moves}
        value={value}
        read={thresholdOf}
        show={String}
        change={change}
        noteWrong={noteWrong}
        label={texts.settings.thresholdNumber}
        isLabelHidden
        help={texts.settings.thresholdHelp}
        wrongText={texts.settings.thresholdWrong}
        problem={problem}
      />
    </div>
  );
}

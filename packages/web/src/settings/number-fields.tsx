import { Button } from 'react-aria-components/Button';
import { Group } from 'react-aria-components/Group';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { NumberField } from 'react-aria-components/NumberField';
import { Slider, SliderThumb, SliderTrack } from 'react-aria-components/Slider';
import { Text } from 'react-aria-components/Text';
import { INTERVAL_MAX } from '@ovation/protocol';
import { texts } from '../texts.ts';
import { Minus, Plus } from '../ui/icons.tsx';
import { FieldProblem } from './field-problem.tsx';

interface NumberProps {
  value: number;
  change: (value: number) => void;
  problem: string | undefined;
}

const step = 'size-target inline-flex items-center justify-center text-soft hover:text-ink disabled:opacity-60';
const input = 'h-target min-w-0 flex-1 bg-transparent text-center outline-none';
const group = 'border-edge bg-raised focus-within:border-accent flex rounded-md border';

export function IntervalField({ value, change, problem }: NumberProps) {
  return (
    <NumberField
      className="grid gap-1"
      value={value}
      onChange={change}
      minValue={1}
      maxValue={INTERVAL_MAX}
      step={1}
      isInvalid={problem !== undefined}
    >
      <Label className="font-semibold">
        {texts.settings.interval} <span className="text-soft font-normal">{texts.settings.intervalUnit}</span>
      </Label>
      <Steps />
      <Text slot="description" className="text-soft text-xs">
        {texts.settings.intervalHelp}
      </Text>
      <FieldProblem text={problem} />
    </NumberField>
  );
}

/** The ends are not allowed: a share of nothing or of everything is no rule. */
const LOWEST = 0.0001;
const HIGHEST = 0.9999;
const SLIDER_STEP = 0.01;

export function ThresholdField({ value, change, problem }: NumberProps) {
  return (
    <div className="grid gap-1">
      <Slider
        className="grid gap-1"
        value={Math.min(1 - SLIDER_STEP, Math.max(SLIDER_STEP, value))}
        onChange={change}
        minValue={SLIDER_STEP}
        maxValue={1 - SLIDER_STEP}
        step={SLIDER_STEP}
      >
        <Label className="font-semibold">{texts.settings.threshold}</Label>
        <SliderTrack className="slider-track h-target relative w-full">
          <SliderThumb className="slider-thumb bg-accent size-5 rounded-full" />
        </SliderTrack>
      </Slider>
      <NumberField
        className="grid gap-1"
        value={value}
        onChange={change}
        minValue={LOWEST}
        maxValue={HIGHEST}
        step={LOWEST}
        formatOptions={{ maximumFractionDigits: 4 }}
        isInvalid={problem !== undefined}
        aria-label={texts.settings.thresholdNumber}
      >
        <Group className={group}>
          <Input className={input} />
        </Group>
        <Text slot="description" className="text-soft text-xs">
          {texts.settings.thresholdHelp}
        </Text>
        <FieldProblem text={problem} />
      </NumberField>
    </div>
  );
}

function Steps() {
  return (
    <Group className={group}>
      <Button slot="decrement" className={step} aria-label={texts.settings.decrease}>
        <Minus />
      </Button>
      <Input className={input} />
      <Button slot="increment" className={step} aria-label={texts.settings.increase}>
        <Plus />
      </Button>
    </Group>
  );
}

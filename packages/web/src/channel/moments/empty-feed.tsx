import type { ReactNode } from 'react';
import { DEFAULT_INTERVAL, DEFAULT_THRESHOLD, DEMO_CHANNEL } from '@ovation/protocol';
import { useChannel } from '@ovation/client/react';
import { channelAddress } from '../../live/use-channel-name.ts';
import { texts } from '../../texts.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { LEARNING_SECONDS } from './learning.ts';

/** No moments yet: what a moment is, and three ways to get one. */
export function EmptyFeed({ name, go }: { name: string; go: (channel: string) => void }) {
  const settings = useChannel(name, (view) => view.settings);
  const threshold = settings?.threshold ?? DEFAULT_THRESHOLD;
  const interval = settings?.interval ?? DEFAULT_INTERVAL;
  const isDemo = name === DEMO_CHANNEL;
  return (
    <div className="min-h-empty pt-4" data-empty>
      <p className="text-lg font-serif">{texts.empty.title}</p>
      <p className="text-soft mt-1 text-sm">
        {texts.empty.rule(threshold, interval)} {texts.empty.learning(LEARNING_SECONDS)}
      </p>
      <ol className="mt-5 grid gap-5">
        <Step number={1} title={texts.empty.react} text={texts.empty.reactMore} />
        {isDemo ? (
          <Step number={2} title={texts.empty.demoOff} text={texts.empty.demoOffMore}>
            <CopyCommand command={texts.empty.demoCommand} />
          </Step>
        ) : (
          <Step number={2} title={texts.empty.demo} text={texts.empty.demoMore}>
            <DemoLink go={go} />
          </Step>
        )}
        <Step number={3} title={texts.empty.replay} text={texts.empty.replayMore}>
          <CopyCommand command={texts.empty.replayCommand(name)} />
        </Step>
      </ol>
    </div>
  );
}

function DemoLink({ go }: { go: (channel: string) => void }) {
  return (
    <a
      href={channelAddress(DEMO_CHANNEL)}
      className="text-accent min-h-6 self-start text-sm font-semibold underline underline-offset-4"
      onClick={(event) => {
        event.preventDefault();
        go(DEMO_CHANNEL);
      }}
    >
      {texts.empty.demoLink}
    </a>
  );
}

interface StepProps {
  number: number;
  title: string;
  text: string;
  children?: ReactNode;
}

function Step({ number, title, text, children }: StepProps) {
  return (
    <li className="flex gap-3">
      <span aria-hidden="true" className="text-accent w-5 shrink-0 font-serif text-xl">
        {number}
      </span>
      <div className="grid min-w-0 flex-1 gap-1.5">
        <p className="font-semibold">{title}</p>
        <p className="text-soft text-sm">{text}</p>
        {children}
      </div>
    </li>
  );
}

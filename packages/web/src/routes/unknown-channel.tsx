import { DEFAULT_CHANNEL, DEMO_CHANNEL } from '@ovation/protocol';
import { useChannel, useChannelStore } from '@ovation/client/react';
import { texts } from '../texts.ts';
import { PlainButton } from '../ui/button.tsx';
import { CreateFailure } from './create-failure.tsx';
import { POSSIBLE_NAME } from './possible-name.ts';
import { useCreateChannel } from './use-create-channel.ts';

/** The server has no such channel, or does not show it. */
export function UnknownChannel({ name, go }: { name: string; go: (channel: string) => void }) {
  const isUnknown = useChannel(name, (view) => view.state === 'unknown');
  const refusal = useChannel(name, (view) => view.refusal);
  const canCreate = isUnknown && POSSIBLE_NAME.test(name);
  const store = useChannelStore(name);
  const { create, isBusy, failure } = useCreateChannel(name, () => store.retry());
  const text = isUnknown ? (canCreate ? texts.unknown.text : texts.unknown.impossible) : refusal?.message;
  return (
    <section className="max-w-prose py-8 wrap-anywhere lg:py-16">
      <h2 className="text-2xl">{isUnknown ? texts.unknown.title(name) : texts.unknown.refused}</h2>
      <p className="text-soft mt-2">{text}</p>
      <div className="mt-6 flex flex-wrap gap-3">
        {canCreate && (
          <PlainButton look="primary" disabled={isBusy} onClick={create} className="max-w-full">
            <span className="truncate">{isBusy ? texts.unknown.creating : texts.unknown.create(name)}</span>
          </PlainButton>
        )}
        {name !== DEMO_CHANNEL && <PlainButton onClick={() => go(DEMO_CHANNEL)}>{texts.unknown.toDemo}</PlainButton>}
        {name !== DEFAULT_CHANNEL && (
          <PlainButton onClick={() => go(DEFAULT_CHANNEL)}>{texts.unknown.toDefault}</PlainButton>
        )}
      </div>
      {failure && <CreateFailure failure={failure} create={create} />}
    </section>
  );
}

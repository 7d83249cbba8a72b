import { useId, useState, type FormEvent } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { texts } from '../texts.ts';
import { PlainButton } from '../ui/button.tsx';
import { POSSIBLE_NAME } from './possible-name.ts';
import { CreateFailure } from './create-failure.tsx';
import { useCreateChannel } from './use-create-channel.ts';

interface NewChannelProps {
  isOpen: boolean;
  close: () => void;
  go: (channel: string) => void;
}

/** Asks for a name, makes the channel and goes there. */
export function NewChannel({ isOpen, close, go }: NewChannelProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && close()}
      isDismissable
      className="bg-scrim fixed inset-0 z-20 grid place-items-center p-3"
    >
      <Modal className="bg-raised text-ink shadow-float w-full max-w-prose rounded-lg">
        <Dialog className="grid gap-4 p-6 outline-none">
          <Heading slot="title" level={2} className="text-xl">
            {texts.newChannel.title}
          </Heading>
          <NameForm close={close} go={go} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function NameForm({ close, go }: Pick<NewChannelProps, 'close' | 'go'>) {
  const [name, setName] = useState('');
  const [isWrong, setWrong] = useState(false);
  const { create, isBusy, failure } = useCreateChannel(name, () => {
    close();
    go(name);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWrong(!POSSIBLE_NAME.test(name));
    if (POSSIBLE_NAME.test(name) && !isBusy) create();
  };
  return (
    <>
      <form className="grid gap-2" onSubmit={submit}>
        <NameInput name={name} change={setName} isWrong={isWrong} />
        <div className="mt-2 flex flex-wrap gap-3">
          <PlainButton type="submit" look="primary" aria-disabled={isBusy}>
            {isBusy ? texts.unknown.creating : texts.newChannel.create}
          </PlainButton>
          <PlainButton onClick={close}>{texts.newChannel.cancel}</PlainButton>
        </div>
      </form>
      {failure && <CreateFailure failure={failure} create={create} />}
    </>
  );
}

function NameInput({ name, change, isWrong }: { name: string; change: (name: string) => void; isWrong: boolean }) {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="text-sm font-semibold">
        {texts.newChannel.name}
      </label>
      <input
        id={id}
        className="border-edge bg-paper h-target w-full rounded-md border px-3"
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog is opened to type this name
        autoFocus
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        aria-invalid={isWrong}
        aria-describedby={`${id}-help`}
        value={name}
        onChange={(event) => change(event.target.value.trim())}
      />
      <p
        id={`${id}-help`}
        role={isWrong ? 'alert' : undefined}
        className={`text-xs ${isWrong ? 'text-accent' : 'text-soft'}`}
      >
        {texts.newChannel.help}
      </p>
    </>
  );
}

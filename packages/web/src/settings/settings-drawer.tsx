import { Button } from 'react-aria-components/Button';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useChannel } from '@ovation/client/react';
import { texts } from '../texts.ts';
import { buttonClass } from '../ui/button.tsx';
import { Cross } from '../ui/icons.tsx';
import { SettingsForm } from './settings-form.tsx';

interface SettingsDrawerProps {
  name: string;
  isOpen: boolean;
  close: () => void;
}

/** Settings of one channel, from the side. What is typed survives a change by another moderator. */
export function SettingsDrawer({ name, isOpen, close }: SettingsDrawerProps) {
  const settings = useChannel(name, (view) => view.settings);
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && close()}
      isDismissable
      className="bg-scrim fixed inset-0 z-20 flex justify-end"
    >
      <Modal className="drawer bg-paper text-ink shadow-drawer max-w-drawer h-dvh w-full overflow-y-auto">
        <Dialog className="flex min-h-full flex-col outline-none">
          <div className="h-header flex shrink-0 items-center justify-between px-4 sm:px-6">
            <Heading slot="title" level={2} className="text-xl">
              {texts.settings.title}
            </Heading>
            <Button className={buttonClass('quiet')} aria-label={texts.settings.close} onPress={close}>
              <Cross />
            </Button>
          </div>
          {settings && <SettingsForm name={name} settings={settings} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

import { useEffect, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Header, Menu, MenuItem, MenuSection, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { DEFAULT_CHANNEL, DEMO_CHANNEL } from '@ovation/protocol';
import { useApi } from '../live/api-context.tsx';
import { texts } from '../texts.ts';
import { changeAppearance, type MotionChoice, type ThemeChoice } from '../ui/appearance.ts';
import { buttonClass } from '../ui/button.tsx';
import { NewChannel } from './new-channel.tsx';
import { Check, ChevronDown, Eye } from '../ui/icons.tsx';
import { useAppearance } from '../ui/use-appearance.ts';

export function ChannelMenu({ name, go }: { name: string; go: (channel: string) => void }) {
  const [names, refresh] = useChannelNames(name);
  const [isMaking, setMaking] = useState(false);
  return (
    <>
      <MenuTrigger onOpenChange={(isOpen) => isOpen && refresh()}>
        <Button className={buttonClass('quiet', 'min-w-0 shrink')} aria-label={texts.header.channel(name)}>
          <span className="text-ink truncate font-semibold">{name}</span>
          <ChevronDown className="size-4" />
        </Button>
        <MenuSheet>
          <Menu aria-label={texts.header.channels} className="outline-none" shouldFocusWrap>
            <MenuSection
              aria-label={texts.header.channels}
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[name]}
            >
              {names.map((other) => (
                <Choice key={other} id={other} act={() => go(other)}>
                  {other}
                </Choice>
              ))}
            </MenuSection>
            <MenuSection aria-label={texts.header.newChannel} className="border-line mt-1 border-t pt-1">
              {/* No name of a channel has an ellipsis. */}
              <Choice id={texts.header.newChannel} act={() => setMaking(true)}>
                {texts.header.newChannel}
              </Choice>
            </MenuSection>
          </Menu>
        </MenuSheet>
      </MenuTrigger>
      <NewChannel isOpen={isMaking} close={() => setMaking(false)} go={go} />
    </>
  );
}

/** All channels of the server; the fixed ones and the present one also while it does not answer. */
function useChannelNames(name: string): [readonly string[], () => void] {
  const api = useApi();
  const [names, setNames] = useState<readonly string[]>([]);
  const refresh = () => {
    void api.channels().then((answer) => {
      if (answer.ok) setNames(answer.value.map((channel) => channel.name));
    });
  };
  useEffect(refresh, [api]);
  const others = names.filter((other) => other !== DEFAULT_CHANNEL && other !== DEMO_CHANNEL).toSorted();
  return [[...new Set([DEFAULT_CHANNEL, DEMO_CHANNEL, ...others, name])], refresh];
}

const themes: readonly ThemeChoice[] = ['system', 'light', 'dark'];
const motions: readonly MotionChoice[] = ['system', 'full', 'reduce'];

export function ViewMenu() {
  const { theme, motion, shortcuts } = useAppearance();
  return (
    <MenuTrigger>
      <Button className={buttonClass('quiet')} aria-label={texts.header.view}>
        <Eye />
      </Button>
      <MenuSheet>
        <Menu aria-label={texts.header.view} className="outline-none" shouldFocusWrap>
          <Choices
            title={texts.view.theme}
            chosen={theme}
            choices={themes.map((choice) => [choice, texts.view.themes[choice]])}
            choose={(choice) => changeAppearance({ theme: choice })}
          />
          <Choices
            title={texts.view.motion}
            chosen={motion}
            choices={motions.map((choice) => [choice, texts.view.motions[choice]])}
            choose={(choice) => changeAppearance({ motion: choice })}
          />
          <MenuSection
            selectionMode="multiple"
            selectedKeys={shortcuts ? ['shortcuts'] : []}
            onSelectionChange={(keys) => changeAppearance({ shortcuts: keys === 'all' || keys.has('shortcuts') })}
          >
            <SectionTitle>{texts.view.keys}</SectionTitle>
            <Choice id="shortcuts">{texts.view.shortcuts}</Choice>
          </MenuSection>
        </Menu>
      </MenuSheet>
    </MenuTrigger>
  );
}

interface ChoicesProps<T extends string> {
  title: string;
  chosen: T;
  choices: readonly (readonly [T, string])[];
  choose: (choice: T) => void;
}

function Choices<T extends string>({ title, chosen, choices, choose }: ChoicesProps<T>) {
  // Ids are unique in the whole menu, and two sections both have "system".
  const id = (choice: string) => `${title}:${choice}`;
  return (
    <MenuSection
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[id(chosen)]}
      onSelectionChange={(keys) => {
        const found = choices.find(([choice]) => keys !== 'all' && keys.has(id(choice)));
        if (found) choose(found[0]);
      }}
    >
      <SectionTitle>{title}</SectionTitle>
      {choices.map(([choice, text]) => (
        <Choice key={choice} id={id(choice)}>
          {text}
        </Choice>
      ))}
    </MenuSection>
  );
}

function MenuSheet({ children }: { children: ReactNode }) {
  return (
    <Popover
      placement="bottom start"
      className="bg-raised text-ink shadow-float min-w-menu max-w-dvw overflow-y-auto rounded-lg p-1.5"
    >
      {children}
    </Popover>
  );
}

function SectionTitle({ children }: { children: ReactNode }) {
  return <Header className="text-soft px-3 pt-2 text-xs">{children}</Header>;
}

function Choice({ id, act, children }: { id: string; act?: () => void; children: string }) {
  return (
    <MenuItem
      id={id}
      textValue={children}
      {...(act && { onAction: act })}
      className="focus:bg-sunken min-h-target flex items-center justify-between gap-4 rounded-md px-3 text-sm"
    >
      {({ isSelected }) => (
        <>
          <span className="min-w-0 truncate" dir="auto">
            {children}
          </span>
          {isSelected && <Check className="text-accent size-4" />}
        </>
      )}
    </MenuItem>
  );
}

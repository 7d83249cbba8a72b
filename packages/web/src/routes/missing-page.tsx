import { DEFAULT_CHANNEL, DEMO_CHANNEL } from '@ovation/protocol';
import { channelAddress } from '../live/use-channel-name.ts';
import { texts } from '../texts.ts';
import { buttonClass } from '../ui/button.tsx';
import { POSSIBLE_NAME } from './possible-name.ts';

/** An address where nothing is. Its last part may be meant as a channel. */
export function MissingPage({ path }: { path: string }) {
  const meant = path.split('/').at(-1) ?? '';
  const guesses = POSSIBLE_NAME.test(meant) ? [meant] : [];
  const channels = [...new Set([...guesses, DEMO_CHANNEL, DEFAULT_CHANNEL])];
  return (
    <main className="max-w-prose mx-auto grid min-h-dvh content-center gap-4 p-6 wrap-anywhere">
      <h1 className="text-2xl">{texts.missing.title(`/${path}`)}</h1>
      <p className="text-soft">{texts.missing.text}</p>
      <div className="flex flex-wrap gap-3">
        {channels.map((name, index) => (
          <a
            key={name}
            href={channelAddress(name)}
            className={buttonClass(index === 0 ? 'primary' : 'line', 'max-w-full')}
          >
            <span className="truncate">{texts.missing.open(name)}</span>
          </a>
        ))}
      </div>
    </main>
  );
}

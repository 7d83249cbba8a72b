import { useEffect, useRef, useState } from 'react';
import type { ConnectionState } from '@ovation/client';
import type { Moment } from '@ovation/protocol';
import { useConnectionState } from '@ovation/client/react';
import { texts } from '../../texts.ts';

/** A screen reader is told at most this often; what came in between is summed up. */
const QUIET_MS = 5_000;

/** Tells screen readers of new moments and of a lost connection. */
export function Announcer({ moments }: { moments: ReadonlyMap<string, Moment> }) {
  const state = useConnectionState();
  return (
    <div className="sr-only">
      <p role="status">{useMomentNews(moments)}</p>
      <p role="status">{useConnectionNews(state.kind)}</p>
    </div>
  );
}

function useMomentNews(moments: ReadonlyMap<string, Moment>): string {
  const [news, setNews] = useState('');
  const said = useRef<Set<string> | undefined>(undefined);
  const latest = useRef(moments);
  useEffect(() => {
    latest.current = moments;
  }, [moments]);
  useEffect(() => {
    const timer = setInterval(() => {
      const all = [...latest.current.values()];
      // What was there when the page opened is no news.
      const fresh = said.current ? all.filter((moment) => !said.current?.has(moment.id)) : [];
      said.current = new Set(all.map((moment) => moment.id));
      const [newest] = fresh;
      if (newest) setNews(sentence(fresh.length, newest));
    }, QUIET_MS);
    return () => clearInterval(timer);
  }, []);
  return news;
}

function sentence(count: number, newest: Moment): string {
  const { reasons } = newest;
  const name = reasons ? texts.moments.kinds[reasons.kind] : texts.emoteName(newest.display);
  if (count > 1) return texts.moments.announceMany(count, name);
  if (!reasons) return texts.moments.announceOne(name, newest.ratio);
  return texts.moments.announceSurge(name, reasons.flags, reasons.rate.peak, reasons.rate.base);
}

function useConnectionNews(kind: ConnectionState['kind']): string {
  const [news, setNews] = useState({ text: '', wasLive: false, isLost: false });
  const isLost = kind === 'waiting' || kind === 'closed';
  // Only the turn is news, not each second of the countdown.
  if (isLost && !news.isLost) setNews({ text: texts.connection.isLost, wasLive: news.wasLive, isLost: true });
  if (kind === 'live' && (news.isLost || !news.wasLive)) {
    setNews({ text: news.isLost ? texts.connection.isBack : '', wasLive: true, isLost: false });
  }
  return news.text;
}

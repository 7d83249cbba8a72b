import { useCallback, useEffect, useState } from 'react';
import { DEFAULT_CHANNEL } from '@ovation/protocol';
import { baseAddress } from './base-address.ts';

function nameInAddress(): string {
  return new URLSearchParams(location.search).get('channel') || DEFAULT_CHANNEL;
}

/** The address of a channel on this page. */
export function channelAddress(name: string): string {
  return name === DEFAULT_CHANNEL
    ? baseAddress.pathname
    : `${baseAddress.pathname}?channel=${encodeURIComponent(name)}`;
}

/** The part of the address behind the page's own, without which it is the page; `undefined` for the page itself. */
export function strayPath(): string | undefined {
  const rest = decodeURI(location.pathname.slice(baseAddress.pathname.length));
  return rest === '' || rest === 'index.html' ? undefined : rest;
}

/** The channel in the address bar, and a way to another one that the Back button undoes. */
export function useChannelName(): [string, (name: string) => void] {
  const [name, setName] = useState(nameInAddress);
  useEffect(() => {
    const read = () => setName(nameInAddress());
    addEventListener('popstate', read);
    return () => removeEventListener('popstate', read);
  }, []);
  const go = useCallback((next: string) => {
    history.pushState(null, '', channelAddress(next));
    setName(next);
  }, []);
  return [name, go];
}

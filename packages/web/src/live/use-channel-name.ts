import { useCallback, useEffect, useState } from 'react';
import { DEFAULT_CHANNEL } from '@ovation/protocol';

function nameInAddress(): string {
  return new URLSearchParams(location.search).get('channel') || DEFAULT_CHANNEL;
}

/** The address of a channel on this page. */
export function channelAddress(name: string): string {
  return name === DEFAULT_CHANNEL ? location.pathname : `${location.pathname}?channel=${encodeURIComponent(name)}`;
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

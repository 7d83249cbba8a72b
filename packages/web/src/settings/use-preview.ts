import { useEffect, useState } from 'react';
import type { ApiAnswer } from '@ovation/client';
import type { Preview, Settings } from '@ovation/protocol';
import { useApi } from '../live/api-context.tsx';

/** Long enough not to ask at every step of the slider. */
const QUIET_MS = 350;

export type PreviewState = { readonly kind: 'waiting' } | { readonly kind: 'answered'; answer: ApiAnswer<Preview> };

const WAITING: PreviewState = { kind: 'waiting' };

/** What the last hour would have given; asked when the values have stood still for a moment. */
export function usePreview(name: string, values: Settings): PreviewState {
  const api = useApi();
  const asked = JSON.stringify(values);
  const [last, setLast] = useState<{ asked: string; answer: ApiAnswer<Preview> }>();
  useEffect(() => {
    const asking = new AbortController();
    const timer = setTimeout(() => {
      // Made from these very values a few lines above.
      void api.preview(name, JSON.parse(asked) as Settings, asking.signal).then((answer) => {
        if (!asking.signal.aborted) setLast({ asked, answer });
      });
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [api, name, asked]);
  return last?.asked === asked ? { kind: 'answered', answer: last.answer } : WAITING;
}

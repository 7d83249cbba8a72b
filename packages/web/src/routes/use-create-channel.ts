import { useState } from 'react';
import type { ApiFailure } from '@ovation/client';
import { useApi } from '../live/api-context.tsx';

/** Makes a channel. @param there called when the server has a channel of this name */
export function useCreateChannel(name: string, there: () => void) {
  const api = useApi();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const create = () => {
    setBusy(true);
    setFailure(undefined);
    void api.createChannel(name).then((answer) => {
      setBusy(false);
      // 409: another viewer was faster, which is as good.
      if (answer.ok || answer.status === 409) there();
      else setFailure(answer);
    });
  };
  return { create, isBusy, failure };
}

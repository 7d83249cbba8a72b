import type { ApiFailure } from '@ovation/client';
import { texts } from '../texts.ts';
import { TokenField } from '../ui/token-field.tsx';

/** Why a channel was not made; asks for a token where one would help. */
export function CreateFailure({ failure, onToken }: { failure: ApiFailure; onToken: (token: string) => void }) {
  if (failure.status === 401 || failure.status === 403) return <TokenField status={failure.status} onToken={onToken} />;
  return (
    <p role="alert" className="text-alert mt-4 text-sm">
      {failure.status === 0 ? texts.settings.noAnswer : failure.message}
    </p>
  );
}

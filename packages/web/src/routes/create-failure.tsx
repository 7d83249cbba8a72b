import type { ApiFailure } from '@ovation/client';
import { keepAccessToken } from '../live/access-token.ts';
import { texts } from '../texts.ts';
import { TokenField } from '../ui/token-field.tsx';

/** Why a channel was not made; asks for a token where one would help, and tries again with it. */
export function CreateFailure({ failure, create }: { failure: ApiFailure; create: () => void }) {
  if (failure.status === 401 || failure.status === 403) {
    return (
      <TokenField
        status={failure.status}
        onToken={(token) => {
          keepAccessToken(token);
          create();
        }}
      />
    );
  }
  return (
    <p role="alert" className="text-alert mt-4 text-sm">
      {failure.status === 0 ? texts.settings.noAnswer : failure.message}
    </p>
  );
}

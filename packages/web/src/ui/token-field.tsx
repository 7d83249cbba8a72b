import { useId, useState, type FormEvent } from 'react';
import { texts } from '../texts.ts';
import { PlainButton } from './button.tsx';

/** Asks for an access token after a 401 or 403, and says which of the two it was. */
export function TokenField({ status, onToken }: { status: number; onToken: (token: string) => void }) {
  const id = useId();
  const [token, setToken] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (token.trim() !== '') onToken(token.trim());
  };
  return (
    <form className="bg-amber mt-4 grid gap-2 rounded-md p-4" onSubmit={submit}>
      <p role="alert" className="text-alert text-sm">
        {status === 401 ? texts.settings.unauthenticated : texts.settings.forbidden}
      </p>
      <label htmlFor={id} className="text-sm font-semibold">
        {texts.settings.token}
      </label>
      <input
        id={id}
        type="password"
        autoComplete="off"
        aria-describedby={`${id}-help`}
        className="border-edge bg-raised h-target w-full rounded-md border px-3 font-mono text-sm"
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
      <p id={`${id}-help`} className="text-soft text-xs">
        {texts.settings.tokenHelp}
      </p>
      <PlainButton type="submit" look="line" className="justify-self-start">
        {texts.settings.submitToken}
      </PlainButton>
    </form>
  );
}

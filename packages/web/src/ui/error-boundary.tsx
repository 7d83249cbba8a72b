import { Component, type ReactNode } from 'react';
import { texts } from '../texts.ts';

interface Props {
  children: ReactNode;
}

/** A mistake in the page must not leave a white screen. React has no hook for this. */
export class ErrorBoundary extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <main className="max-w-prose mx-auto grid min-h-dvh content-center justify-items-start gap-4 p-6">
        <h1 className="text-2xl">{texts.crash.title}</h1>
        <p className="text-soft">{texts.crash.text}</p>
        <button
          type="button"
          className="bg-accent text-on-accent h-target rounded-md px-5 font-semibold"
          onClick={() => location.reload()}
        >
          {texts.crash.reload}
        </button>
      </main>
    );
  }
}

import { useEffect } from 'react';
import { strayPath, useChannelName } from './live/use-channel-name.ts';
import { texts } from './texts.ts';
import { ErrorBoundary } from './ui/error-boundary.tsx';
import { ChannelPage } from './routes/channel-page.tsx';
import { MissingPage } from './routes/missing-page.tsx';

export function App() {
  const [name, go] = useChannelName();
  useEffect(() => {
    document.title = `${name} · ${texts.product}`;
  }, [name]);
  const stray = strayPath();
  if (stray !== undefined) return <MissingPage path={stray} />;
  return (
    <ErrorBoundary>
      <ChannelPage key={name} name={name} go={go} />
    </ErrorBoundary>
  );
}

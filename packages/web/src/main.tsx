import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createApi, createConnection } from '@ovation/client';
import { App } from './app.tsx';
import { accessToken } from './live/access-token.ts';
import { LiveProvider } from './live/live-context.tsx';
import './ui/base.css';

const address = new URL('/ws', location.href);
address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';

const live = { connection: createConnection({ url: address.href }), api: createApi({ token: accessToken }) };

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <LiveProvider live={live}>
      <App />
    </LiveProvider>
  </StrictMode>,
);

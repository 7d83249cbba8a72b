import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createApi, createConnection } from '@ovation/client';
import { OvationProvider } from '@ovation/client/react';
import { App } from './app.tsx';
import { accessToken } from './live/access-token.ts';
import { baseAddress } from './live/base-address.ts';
import { comeBackAtOnce } from './live/come-back.ts';
import { ApiContext } from './live/api-context.tsx';
import './ui/base.css';

const address = new URL('ws', baseAddress);
address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';

const connection = createConnection({ url: address.href });
comeBackAtOnce(connection, new URL('live', baseAddress).href);
const api = createApi({ baseUrl: baseAddress.href.replace(/\/$/, ''), token: accessToken });

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <OvationProvider connection={connection}>
      <ApiContext value={api}>
        <App />
      </ApiContext>
    </OvationProvider>
  </StrictMode>,
);

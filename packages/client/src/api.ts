import {
  type Channel,
  type ChannelSettings,
  ERRORS,
  type ErrorEnvelope,
  type Preview,
  type Settings,
} from '@ovation/protocol';

/** A failed call: `status` 0 when no answer came at all. */
export interface ApiFailure {
  readonly ok: false;
  readonly status: number;
  readonly message: string;
  readonly details: readonly { readonly field: string; readonly reason: string }[];
}
export type ApiAnswer<T> = { readonly ok: true; readonly value: T } | ApiFailure;

export interface ApiOptions {
  /** where `/api/v1` lies; empty = the page's own origin */
  baseUrl?: string;
  fetch?: typeof fetch;
  /** the access token of the moment, if there is one */
  token?: () => string | undefined;
}

/** The calls of `/api/v1` that a page needs. They answer; they do not throw. */
export interface Api {
  channels(): Promise<ApiAnswer<Channel[]>>;
  createChannel(name: string): Promise<ApiAnswer<Channel>>;
  saveSettings(channel: string, settings: Settings): Promise<ApiAnswer<ChannelSettings>>;
  /** What these settings would have given over the last hour. */
  preview(channel: string, settings: Settings, signal?: AbortSignal): Promise<ApiAnswer<Preview>>;
}

export function createApi(options: ApiOptions = {}): Api {
  const call = <T>(path: string, init: RequestInit = {}) => request<T>(options, path, init);
  const body = (method: string, value: unknown): RequestInit => ({ method, body: JSON.stringify(value) });
  const settingsPath = (channel: string) => `/channels/${encodeURIComponent(channel)}/settings`;
  return {
    channels: () => call('/channels'),
    createChannel: (name) => call('/channels', body('POST', { name })),
    saveSettings: (channel, settings) => call(settingsPath(channel), body('PUT', settings)),
    preview: (channel, settings, signal) =>
      call(`${settingsPath(channel)}/preview`, { ...body('POST', settings), ...(signal ? { signal } : {}) }),
  };
}

async function request<T>(options: ApiOptions, path: string, init: RequestInit): Promise<ApiAnswer<T>> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (init.body !== undefined) headers['content-type'] = 'application/json';
  const token = options.token?.();
  if (token) headers['authorization'] = `Bearer ${token}`;
  try {
    const send = options.fetch ?? fetch;
    const response = await send(`${options.baseUrl ?? ''}/api/v1${path}`, { ...init, headers });
    const value: unknown = await response.json().catch(() => undefined);
    // The address and the status decide the shape; the server checks its answers against the same schemas.
    return response.ok ? { ok: true, value: unwrap(value) as T } : failure(response.status, value);
  } catch (error) {
    return { ok: false, status: 0, message: error instanceof Error ? error.message : String(error), details: [] };
  }
}

/** Lists come as `{data: [...]}`, single resources may come bare. */
function unwrap(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'data' in value ? value.data : value;
}

/** What a proxy answers for the server has no envelope. */
const BY_PROXY: Readonly<Record<number, string>> = {
  502: ERRORS.badGateway.sentence,
  504: ERRORS.gatewayTimeout.sentence,
};

function failure(status: number, value: unknown): ApiFailure {
  const envelope = (value as Partial<ErrorEnvelope> | undefined)?.error;
  return { ok: false, status, message: envelope?.message ?? BY_PROXY[status] ?? '', details: envelope?.details ?? [] };
}

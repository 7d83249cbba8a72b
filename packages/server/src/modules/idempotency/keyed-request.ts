export interface KeyedRequest {
  /** the caller: equal keys of two callers are two keys */
  readonly principal: string;
  /** method and path */
  readonly route: string;
  readonly key: string;
  readonly bodyHash: string;
}

export interface StoredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

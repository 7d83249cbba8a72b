/** Where the engines of a cluster test run are. Tests read it by `inject('engines')`. */
export interface Engines {
  /** host:port of the brokers, with commas */
  readonly kafka: string;
  /** redis://… */
  readonly redis: string;
  /** postgres://… of an account that may make databases */
  readonly postgres: string;
  /** http://key:secret@host:port of an S3 store that checks signatures */
  readonly s3: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    engines: Engines;
  }
}

/** How an engine outside of the process is, as `/health` shows it. `refused` needs a person: a wrong password, a missing right. */
export type EngineStatus =
  | { readonly state: 'up' }
  | { readonly state: 'down'; readonly reason: string }
  | { readonly state: 'refused'; readonly reason: string };

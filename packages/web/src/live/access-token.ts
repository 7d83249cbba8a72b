const KEY = 'ovation.token';
let kept: string | undefined;

/** The token that the user pasted, for this tab only. */
export function accessToken(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? kept;
  } catch {
    return kept;
  }
}

export function keepAccessToken(token: string): void {
  kept = token;
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // A browser may refuse storage; the token then lasts as long as the page.
  }
}

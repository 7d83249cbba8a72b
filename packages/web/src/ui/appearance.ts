/** Theme, motion and shortcuts: what a viewer chose for this browser. */

export type ThemeChoice = 'system' | 'light' | 'dark';
export type MotionChoice = 'system' | 'full' | 'reduce';

export interface Appearance {
  readonly theme: ThemeChoice;
  readonly motion: MotionChoice;
  /** single keys 1 to 8 react (WCAG 2.1.4: they can be switched off) */
  readonly shortcuts: boolean;
  /** what `motion` and the system's wish come to */
  readonly isMoving: boolean;
}

type Choices = Omit<Appearance, 'isMoving'>;

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
const listeners = new Set<() => void>();
let current = withMotion({
  theme: oneOf(stored('theme'), ['light', 'dark'], 'system'),
  motion: oneOf(stored('motion'), ['full', 'reduce'], 'system'),
  shortcuts: stored('shortcuts') !== 'off',
});

reducedMotion.addEventListener('change', () => changeAppearance({}));

export const appearance = {
  get: (): Appearance => current,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export function changeAppearance(changes: Partial<Choices>): void {
  current = withMotion({ ...current, ...changes });
  store('theme', current.theme);
  store('motion', current.motion);
  store('shortcuts', current.shortcuts ? 'on' : 'off');
  apply();
  for (const listener of listeners) listener();
}

/** Writes the choice where the style sheets look for it. */
function apply(): void {
  const { dataset } = document.documentElement;
  if (current.theme === 'system') delete dataset['theme'];
  else dataset['theme'] = current.theme;
  dataset['motion'] = current.isMoving ? 'full' : 'reduce';
}

function withMotion(choices: Choices): Appearance {
  const isMoving = choices.motion === 'system' ? !reducedMotion.matches : choices.motion === 'full';
  return { ...choices, isMoving };
}

function oneOf<T extends string, D extends string>(text: string | null, allowed: readonly T[], otherwise: D): T | D {
  return allowed.find((candidate) => candidate === text) ?? otherwise;
}

// A browser may refuse storage; the choice then lasts as long as the page.
function stored(name: string): string | null {
  try {
    return localStorage.getItem(`ovation.${name}`);
  } catch {
    return null;
  }
}

function store(name: string, value: string): void {
  try {
    localStorage.setItem(`ovation.${name}`, value);
  } catch {
    // See above.
  }
}

import { useEffect, useEffectEvent } from 'react';
import { useAppearance } from './use-appearance.ts';

/** Calls `restyle` when the colours become others: by choice, or because the system went dark. For canvases. */
export function useThemeChange(restyle: () => void): void {
  const { theme } = useAppearance();
  const onChange = useEffectEvent(restyle);
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- runs because of the theme, and reads it from the styles
  useEffect(() => onChange(), [theme]);
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const changed = () => onChange();
    dark.addEventListener('change', changed);
    return () => dark.removeEventListener('change', changed);
  }, []);
}

// Runs before the first paint, so that a chosen theme does not flash. The same rules stand in src/ui/appearance.ts.
(() => {
  const root = document.documentElement;
  const chosen = (name) => {
    try {
      return localStorage.getItem(`ovation.${name}`);
    } catch {
      return null;
    }
  };
  const theme = chosen('theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  const motion = chosen('motion');
  const isReduced = matchMedia('(prefers-reduced-motion: reduce)').matches;
  root.dataset.motion = motion === 'full' || motion === 'reduce' ? motion : isReduced ? 'reduce' : 'full';
})();

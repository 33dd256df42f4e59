import type { Theme } from '../../contract/app.ts';

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
let chosen: Theme = 'system';

function show(): void {
  const dusk = chosen === 'dusk' || (chosen === 'system' && prefersDark.matches);
  document.documentElement.dataset.theme = dusk ? 'dusk' : 'daylight';
}

prefersDark.addEventListener('change', show);

/** Puts the window in the chosen light; `system` follows the system as it changes. */
export function showTheme(theme: Theme): void {
  chosen = theme;
  show();
}

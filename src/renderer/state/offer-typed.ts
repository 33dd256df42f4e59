import { copyText } from './copy-text.ts';
import { tell } from './store.ts';

/** What was typed could not go where it was meant to: says why, and keeps it on screen until the user has taken it or let it go. */
export function offerTyped(typed: string, why: string): void {
  const start = typed.trim().split('\n')[0] ?? '';
  const shown = start.length > 60 || start.length < typed.trim().length ? `${start.slice(0, 60)}…` : start;
  tell({
    text: `${why} You had typed: “${shown}”`,
    tone: 'warning',
    sticky: true,
    keeps: true,
    actions: [
      {
        label: 'Copy it',
        run: async () => {
          if (!(await copyText(typed)))
            tell({ text: `You had typed: “${typed}”`, tone: 'warning', sticky: true, keeps: true });
        },
      },
    ],
  });
}

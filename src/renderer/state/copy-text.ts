import { tell } from './store.ts';

/** Puts a text on the clipboard, and says whether it is there: it may be the only way out for what cannot be saved. Gives whether. */
export async function copyText(text: string): Promise<boolean> {
  const isCopied = await navigator.clipboard.writeText(text).then(
    () => true,
    () => copySelected(text),
  );
  if (isCopied) tell({ text: 'The text is copied.' });
  else
    tell({
      tone: 'warning',
      text: 'The text could not be copied. Select all of it and copy it with the keyboard.',
    });
  return isCopied;
}

/** As the user would: a browser that refuses a page its clipboard lets it copy what is selected. */
function copySelected(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  try {
    return document.execCommand('copy');
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}

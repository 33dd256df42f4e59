import { useEffect, useState } from 'react';
import type { NotePath } from '../../core/paths/note-path.ts';
import { liveNote } from './open-notes.ts';

const REFRESH_MS = 300;

/** The text of a note that is open in this window, as it is now or was a moment ago; empty where it is not open. */
export function useLiveText(path: NotePath): string {
  const [text, setText] = useState(() => liveNote(path)?.editor.text() ?? '');
  useEffect(() => {
    const timer = setInterval(() => setText(liveNote(path)?.editor.text() ?? ''), REFRESH_MS);
    return () => clearInterval(timer);
  }, [path]);
  return text;
}

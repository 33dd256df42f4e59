import { utf8Length } from '../../core/paths/note-path.ts';

const MAX_NAME_BYTES = 255;

/** `Note 2.md` for `Note.md` and 2: cut where it would be longer than the 255 bytes that a disk takes. */
export function numberedName(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  const at = dot > 0 ? dot : name.length;
  const ending = ` ${number}${name.slice(at)}`;
  const stem = [...name.slice(0, at)];
  while (stem.length > 0 && utf8Length(stem.join('') + ending) > MAX_NAME_BYTES) stem.pop();
  return stem.join('') + ending;
}

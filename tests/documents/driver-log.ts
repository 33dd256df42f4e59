import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { JournalStore } from '../../src/backend/documents/journal/store.ts';
import { replay } from '../../src/backend/documents/journal/thin-out.ts';
import { NoteText } from '../../src/backend/documents/note-text.ts';
import { loadSqlite } from '../../src/backend/sqlite.ts';

const MARK = /þ\w+ø|<[\w.-]+>/g;

/** The marks in a text: what a driver typed, each unlike any other. */
export function marksIn(text: string): string[] {
  return text.match(MARK) ?? [];
}

/** What a test saw typed and removed, kept outside the app: what must be found again. */
export class DriverLog {
  readonly #name: string;
  readonly #typed = new Set<string>();
  readonly #removed = new Set<string>();
  readonly #own = new Set<string>();
  readonly #duringSave = new Set<string>();
  readonly steps: string[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** A word unlike any other, which is being typed: one word to a diff, too, which would keep what two of them share. */
  mark(by: string): string {
    const mark = `þ${by}${this.#typed.size}of${this.#name}ø`;
    this.#typed.add(mark);
    return mark;
  }

  /** Somebody made `after` of `before` and knew what they took out: it must be in the history, but not in the note. */
  took(before: string, after: string): void {
    const left = new Set(marksIn(after));
    for (const mark of marksIn(before)) if (!left.has(mark)) this.#removed.add(mark);
  }

  /** Somebody wrote over what they wrote themselves before anyone could have seen it: nobody else can be blamed for it. */
  tookUnseen(mark: string): void {
    this.#own.add(mark);
  }

  /** Another program wrote this while the app was in the middle of a save of the same note. */
  wroteDuringSave(mark: string): void {
    this.#duringSave.add(mark);
  }

  isFromDuringSave(mark: string): boolean {
    return this.#duringSave.has(mark);
  }

  /** What is in neither the note nor beside it, though nobody took it out; and what is nowhere at all, not even in the past. */
  lost(present: readonly string[], past: readonly string[]): { gone: string[]; nowhere: string[] } {
    const here = new Set(present.flatMap(marksIn));
    const ever = new Set([...here, ...past.flatMap(marksIn)]);
    const due = [...this.#typed].filter((mark) => !this.#own.has(mark));
    return {
      gone: due.filter((mark) => !this.#removed.has(mark) && !here.has(mark)),
      nowhere: due.filter((mark) => !ever.has(mark)),
    };
  }
}

/** Every text that the journal of the only vault in a data folder knows of its notes, by path: each version, and each kept one. */
export async function readPast(dataFolder: string): Promise<Map<string, { line: string[]; kept: string[] }>> {
  const Sqlite = await loadSqlite();
  const [vault] = readdirSync(join(dataFolder, 'vaults'));
  const db = new Sqlite(join(dataFolder, 'vaults', String(vault), 'journal.db'), { readonly: true });
  try {
    const store = new JournalStore(db);
    const found = new Map<string, { line: string[]; kept: string[] }>();
    for (const { id, path } of store.documents()) {
      const past = found.get(path) ?? { line: [], kept: [] };
      found.set(path, past);
      for (const { version, kept } of store.moments(id)) {
        const raw = kept === null ? null : store.keptRaw(kept);
        if (raw !== null) past.kept.push(NoteText.fromBytes(raw).toString());
        else past.line.push(textAt(store, id, version));
      }
    }
    return found;
  } finally {
    db.close();
  }
}

function textAt(store: JournalStore, id: number, version: number): string {
  const found = store.upTo(id, version);
  if (found === null) {
    const { path } = store.loadById(id) ?? {};
    throw new Error(`version ${version} of ${path} is not kept: ${JSON.stringify(store.moments(id))}`);
  }
  return replay(found).toString();
}

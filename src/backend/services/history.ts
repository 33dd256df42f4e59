import type { Result } from '../../contract/contract.ts';
import { RambleError } from '../../contract/errors.ts';
import type { Moment, SeveralNotesChange } from '../../contract/history.ts';
import { excerptOf } from '../../core/extract/excerpt.ts';
import { folderOf, joinPath, type NotePath, noteName, parseNotePath } from '../../core/paths/note-path.ts';
import type { Documents } from '../documents/documents.ts';
import type { Journal } from '../documents/journal/journal.ts';
import type { ChangeRow, MomentRow } from '../documents/journal/protocol.ts';
import { replay } from '../documents/journal/thin-out.ts';
import { NoteText } from '../documents/note-text.ts';
import { decodeNote } from '../vault/decode.ts';
import { folderIsAway } from '../vault/file-fault.ts';
import type { Vault } from '../vault/vault.ts';

/** Edits with a longer pause between them are two moments. */
const PAUSE_MS = 5 * 60 * 1000;
/** A stretch that never pauses is shown in parts. */
const LONGEST_MS = 30 * 60 * 1000;
const EXCERPT_LENGTH = 160;
const MOST_DELETED = 500;

interface Which {
  document: string;
  version: number;
  kept: number | null;
}

export interface HistoryService {
  moments(path: NotePath): Promise<Moment[]>;
  momentsOf(document: string): Promise<Moment[]>;
  text(which: Which): Promise<string>;
  restore(path: NotePath, which: Which): Promise<void>;
  deleted(): Promise<{ document: string; path: NotePath; at: number; excerpt: string }[]>;
  bringBack(document: string, at?: Pick<Which, 'version' | 'kept'>): Promise<NotePath>;
  changes(limit: number): Promise<SeveralNotesChange[]>;
  takeBack(change: number): Promise<Result<'history.takeBack'>>;
}

export interface HistoryParts {
  vault: Vault;
  documents: Documents;
  journal: Journal;
}

export function createHistory({ vault, documents, journal }: HistoryParts): HistoryService {
  async function bytesAt({ document, version, kept }: Which): Promise<Uint8Array> {
    if (kept !== null) {
      const raw = await journal.ask('keptRaw', kept);
      if (raw !== null) return raw;
    } else {
      const found = await journal.ask('upTo', Number.parseInt(document, 36), version);
      if (found !== null) return replay(found).bytes();
    }
    throw new RambleError('not-found', 'That moment is not kept any more.');
  }

  async function latest(id: number): Promise<Uint8Array | null> {
    const kept = await journal.ask('loadById', id);
    return kept === null ? null : replay(kept).bytes();
  }

  return {
    async moments(path) {
      const { id } = await documents.open(path);
      const ids = new Set([...(await journal.ask('at', path)), id]);
      const moments: Moment[] = [];
      // By document, then by version: clocks jump.
      for (const one of ids)
        moments.push(...groupMoments(one.toString(36), await journal.ask('moments', one)));
      return moments.reverse();
    },

    momentsOf: async (document) =>
      groupMoments(document, await journal.ask('moments', Number.parseInt(document, 36))).reverse(),

    async text(which) {
      const bytes = await bytesAt(which);
      const decoded = decodeNote(Buffer.from(bytes));
      return decoded.kind === 'text' ? NoteText.fromBytes(bytes).toString() : decoded.best;
    },

    async restore(path, which) {
      await documents.restore(path, await bytesAt(which), 'history');
    },

    async deleted() {
      if (!(await vault.rootIsThere())) throw folderIsAway();
      const places = (await journal.ask('documents')).sort((a, b) => b.at - a.at);
      const notes: Awaited<ReturnType<HistoryService['deleted']>> = [];
      for (const place of places) {
        const check = parseNotePath(place.path);
        if (!check.ok || notes.length >= MOST_DELETED || (await vault.exists(check.path))) continue;
        const bytes = await latest(place.id);
        if (bytes === null) continue;
        const text = NoteText.fromBytes(bytes).toString();
        notes.push({
          document: place.id.toString(36),
          path: check.path,
          at: place.goneAt ?? place.at,
          excerpt: excerptOf(text.slice(0, 4000), EXCERPT_LENGTH),
        });
      }
      return notes;
    },

    async bringBack(document, at) {
      const kept = await journal.ask('loadById', Number.parseInt(document, 36));
      if (kept === null) throw new RambleError('not-found', 'That note is not kept any more.');
      const then = at === undefined ? null : await bytesAt({ document, ...at });
      const path = await freePath(vault, kept.path as NotePath);
      await documents.bringBack(kept.id, path, replay(kept).bytes());
      // As an edit on top of its last text, which can be come back to.
      if (then !== null) await documents.restore(path, then, 'history');
      return path;
    },

    async changes(limit) {
      return (await journal.ask('changes', limit)).map(changeOf);
    },

    async takeBack(change) {
      const { id, left } = await documents.takeBack(change);
      return { change: id, left };
    },
  };
}

function changeOf({ id, kind, moves, made, trashed, ...row }: ChangeRow): SeveralNotesChange {
  return {
    ...row,
    change: id,
    by: kind === 'extract' ? 'extraction' : kind === 'renamed' ? 'a rename' : 'taken back',
    moves: moves.map(({ from, to }) => ({ from, to })),
    made: made as NotePath[],
    trashed: trashed as NotePath[],
  };
}

async function freePath(vault: Vault, path: NotePath): Promise<NotePath> {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? noteName(path) : `${noteName(path)} ${count}`;
    const check = parseNotePath(joinPath(folderOf(path), `${name}.md`));
    if (!check.ok) throw new RambleError('bad-name', `“${name}” cannot be a note’s name.`);
    const isTaken =
      (await vault.exists(check.path)) || (await (await vault.namesIn(folderOf(path)))(check.path)) !== null;
    if (!isTaken) return check.path;
  }
}

/** Edits by one hand, without a longer pause, are one moment. */
export function groupMoments(document: string, rows: MomentRow[]): Moment[] {
  const moments: Moment[] = [];
  let begun = 0;
  for (const { version, at, kind, kept, change } of rows) {
    const by = handOf(kind);
    const last = moments.at(-1);
    const goesOn =
      last !== undefined &&
      kept === null &&
      last.kept === null &&
      last.by === by &&
      last.change === null &&
      change === null &&
      by === 'you' &&
      at - last.at < PAUSE_MS &&
      at - begun < LONGEST_MS;
    if (goesOn) moments[moments.length - 1] = { ...last, version, at, edits: last.edits + 1 };
    else {
      begun = at;
      moments.push({ document, version, kept, at, by, edits: 1, change });
    }
  }
  return moments;
}

function handOf(kind: string): Moment['by'] {
  switch (kind) {
    case 'outside':
      return 'another program';
    case 'extract':
      return 'extraction';
    case 'append':
      return 'a script';
    case 'restored':
      return 'history';
    case 'renamed':
      return 'a rename';
    case 'snapshot':
      return 'as it was';
    default:
      return 'you';
  }
}

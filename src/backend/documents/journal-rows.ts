import { ChangeSet } from '@codemirror/state';
import type { EditKind } from '../../contract/notes.ts';
import type { Edit } from './edit.ts';
import type { EditRow } from './journal/protocol.ts';

/** An edit as the journal keeps it; `version` is the version after it. */
export function editRow(edit: Edit, version: number): EditRow {
  return { version, peer: edit.peer, kind: edit.kind, at: edit.at, changes: JSON.stringify(edit.changes) };
}

export function readEditRow(row: EditRow): Edit {
  const changes = ChangeSet.fromJSON(JSON.parse(row.changes));
  return { peer: row.peer, kind: row.kind as EditKind, at: row.at, changes };
}

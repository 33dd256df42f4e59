import { collab, getSyncedVersion, receiveUpdates, sendableUpdates } from '@codemirror/collab';
import { ChangeSet, EditorState } from '@codemirror/state';
import type { Client } from '../../src/contract/client.ts';
import { RambleError } from '../../src/contract/errors.ts';
import type { ChangesJson, OpenNote } from '../../src/contract/notes.ts';
import { changesBetween } from '../../src/core/text/diff.ts';

let count = 0;

/** A window without a screen: CodeMirror's own state and collaboration, over the contract. */
export class Typist {
  readonly peer: string;
  readonly note: OpenNote;
  #client: Client;
  #state: EditorState;
  #stop: () => void;

  private constructor(client: Client, note: OpenNote, peer: string) {
    this.#client = client;
    this.note = note;
    this.peer = peer;
    this.#state = EditorState.create({
      doc: note.text,
      extensions: collab({ startVersion: note.version, clientID: peer }),
    });
    this.#stop = this.#listen();
  }

  static async open(client: Client, path: string, begin?: string): Promise<Typist> {
    const note = await client.call('notes.open', begin === undefined ? { path } : { path, begin });
    count += 1;
    const typist = new Typist(client, note, `test.${process.pid}.${count}`);
    await typist.pull();
    return typist;
  }

  get text(): string {
    return this.#state.doc.toString();
  }

  /** Types without handing it over. */
  type(from: number, insert: string, to = from): void {
    const length = this.#state.doc.length;
    const [low, high] = [Math.min(from, length), Math.min(Math.max(from, to), length)];
    this.#state = this.#state.update({ changes: { from: low, to: high, insert } }).state;
  }

  /** Makes the text another, as one edit. */
  become(text: string): void {
    const changes = changesBetween(this.text, text);
    if (!changes.empty) this.#state = this.#state.update({ changes }).state;
  }

  /** Hands everything over. Resolves once it would survive a crash. */
  async push(): Promise<void> {
    for (;;) {
      const updates = sendableUpdates(this.#state);
      if (updates.length === 0) return;
      await this.#client.call('notes.push', {
        document: this.note.document,
        version: getSyncedVersion(this.#state),
        peer: this.peer,
        edits: updates.map(({ changes }) => ({
          kind: 'typed' as const,
          changes: changes.toJSON() as ChangesJson,
        })),
      });
      await this.pull();
    }
  }

  async pull(): Promise<void> {
    const version = getSyncedVersion(this.#state);
    const { edits } = await this.#client.call('notes.pull', { document: this.note.document, version });
    this.#receive(version, edits);
  }

  /** Hands everything over and waits for the file. Throws `io` where it could not be written. */
  async save(): Promise<void> {
    await this.push();
    const { document } = this.note;
    let { state } = await this.#client.call('notes.flush', { document });
    // Somebody typed on while it was written.
    while (state.kind === 'unsaved') state = (await this.#client.call('notes.flush', { document })).state;
    if (state.kind !== 'saved') throw new RambleError('io', 'reason' in state ? state.reason : state.kind);
  }

  close(): void {
    this.#stop();
  }

  /** The window goes on with another connection: the app was ended and is there again. */
  reconnect(client: Client): void {
    this.#stop();
    this.#client = client;
    this.#stop = this.#listen();
  }

  #listen(): () => void {
    return this.#client.on('note.edited', ({ document, version, edits }) => {
      if (document === this.note.document) this.#receive(version, edits);
    });
  }

  #receive(version: number, edits: { peer: string; changes: ChangesJson }[]): void {
    const known = getSyncedVersion(this.#state);
    const fresh = edits.slice(Math.max(0, known - version));
    if (version > known || fresh.length === 0) return;
    // One at a time: what several come to, made one, is moved over in another way than each of them.
    for (const { peer, changes } of fresh)
      this.#state = receiveUpdates(this.#state, [
        { clientID: peer, changes: ChangeSet.fromJSON(changes) },
      ]).state;
  }
}

/** Opens a note, makes its text `text`, and waits for the file. */
export async function writeNote(client: Client, path: string, text: string): Promise<void> {
  const typist = await Typist.open(client, path);
  typist.become(text);
  await typist.save();
  typist.close();
}

import type { Client } from '../../contract/client.ts';
import { RambleError } from '../../contract/errors.ts';
import type { ChangesJson, NoteOverlap, OpenNote, SaveState } from '../../contract/notes.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import { mergeTexts } from '../../core/text/merge.ts';
import type { NoteEditor } from '../editor/editor.ts';

export interface SessionEvents {
  onState(state: SaveState): void;
  /** Where another program changed the same text; empty where nowhere. */
  onOverlaps(overlaps: NoteOverlap[]): void;
  /** The note's file lies elsewhere now. */
  onMoved(from: NotePath, to: NotePath, by: 'you' | 'another program'): void;
  /** The file was deleted by another program while nothing typed was at stake. */
  onGone(): void;
  /** The authority does not know the text that was here: `note` is what it has, `text` what the user sees from now on. */
  onRestart(note: OpenNote, text: string): void;
}

type PeerEditor = Pick<NoteEditor, 'text' | 'now' | 'version' | 'unconfirmed' | 'receive'>;

const RETRY_MS = 1000;

/**
 * One note being written in: hands each edit to the authority at once, takes in what others do, and says what is saved. "Saved" is
 * said only when the authority has said so of this very text.
 */
export class NoteSession {
  readonly #client: Client;
  readonly #editor: PeerEditor;
  readonly #events: SessionEvents;
  readonly #peer: string;
  readonly #stops: (() => void)[];
  #note: OpenNote;
  #path: NotePath;
  /** What the authority said last, and of which version. */
  #told: { version: number; state: SaveState };
  #failure: string | null = null;
  /** The text when it was last known to be in the file: what a merge starts from when the authority lost its memory. */
  #saved: { toString(): string };
  #pushing: Promise<void> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #closed = false;
  #reached: { version: number; done(): void }[] = [];

  constructor(client: Client, note: OpenNote, peer: string, editor: PeerEditor, events: SessionEvents) {
    this.#client = client;
    this.#note = note;
    this.#path = note.path;
    this.#peer = peer;
    this.#editor = editor;
    this.#events = events;
    this.#told = { version: note.version, state: note.state };
    this.#saved = editor.now();
    const mine = (document: string) => document === this.#note.document && !this.#closed;
    this.#stops = [
      client.on('note.edited', ({ document, version, edits }) => {
        if (mine(document)) this.#receive(version, edits);
      }),
      client.on('note.state', ({ document, version, state, overlaps }) => {
        if (mine(document)) this.#hear(version, state, overlaps);
      }),
      client.on('note.moved', ({ document, from, to, by }) => {
        if (!mine(document)) return;
        this.#path = to;
        this.#events.onMoved(from, to, by);
      }),
      client.on('note.gone', ({ document }) => {
        if (!mine(document)) return;
        // What is typed and not handed over yet brings the note back, to be asked about.
        if (this.#editor.unconfirmed().length === 0) this.#events.onGone();
      }),
      client.on('vault.resumed', () => void this.#resume()),
    ];
    events.onOverlaps(note.overlaps);
    this.#say();
    // What happened between the answer and now.
    void this.#resume();
  }

  get path(): NotePath {
    return this.#path;
  }

  get document(): string {
    return this.#note.document;
  }

  /** Whether everything typed here would survive the window. */
  get handedOver(): boolean {
    return this.#editor.unconfirmed().length === 0;
  }

  /** The user changed the text. */
  changed(): void {
    this.#say();
    void this.#push();
  }

  /** The window may be about to go: hands over what waits behind an answer that is still under way, without waiting for it. */
  handOverNow(): void {
    if (!this.#closed && !this.handedOver) void this.#send().catch(() => undefined);
  }

  /** Resolves when everything is in the file, or when that failed: whether it is. */
  async flush(): Promise<boolean> {
    if (this.#closed) return true;
    await this.#push();
    if (!this.handedOver) return false;
    const version = this.#editor.version();
    try {
      const { state } = await this.#client.call('notes.flush', { document: this.document });
      if (state.kind === 'saved') this.#told = { version: Math.max(version, this.#told.version), state };
      this.#say();
      return ['saved', 'unwritten', 'read-only'].includes(state.kind);
    } catch {
      return false;
    }
  }

  /** Resolves when the editor has the text of that version. */
  reached(version: number): Promise<void> {
    if (this.#editor.version() >= version) return Promise.resolve();
    return new Promise((done) => this.#reached.push({ version, done }));
  }

  /** Nothing is sent or heard from now on. */
  close(): void {
    this.#closed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    for (const stop of this.#stops) stop();
  }

  #push(): Promise<void> {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#pushing ??= this.#pushAll().finally(() => {
      this.#pushing = null;
      if (!this.#closed && this.#failure === null && !this.handedOver) void this.#push();
    });
    return this.#pushing;
  }

  async #pushAll(): Promise<void> {
    while (!this.#closed && !this.handedOver) {
      try {
        await this.#send();
        await this.#catchUp();
        this.#failure = null;
      } catch (error) {
        if (error instanceof RambleError && error.code === 'out-of-step')
          await this.#restart().catch(() => this.#fail(error));
        else this.#fail(error);
        return;
      }
    }
    this.#say();
  }

  async #send(): Promise<void> {
    await this.#client.call('notes.push', {
      document: this.document,
      version: this.#editor.version(),
      peer: this.#peer,
      edits: this.#editor
        .unconfirmed()
        .map(({ kind, changes }) => ({ kind, changes: changes as ChangesJson })),
    });
  }

  #fail(error: unknown): void {
    this.#failure = error instanceof Error ? error.message : String(error);
    this.#say();
    if (!this.#closed) this.#retry = setTimeout(() => void this.#push(), RETRY_MS);
  }

  /** Asks for what no event brought. */
  async #catchUp(): Promise<void> {
    const version = this.#editor.version();
    const { edits, state, overlaps } = await this.#client.call('notes.pull', {
      document: this.document,
      version,
    });
    if (this.#closed) return;
    this.#receive(version, edits);
    this.#hear(this.#editor.version(), state, overlaps);
  }

  /** The way to the authority was cut, or there is another one now. */
  async #resume(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#catchUp();
      this.#failure = null;
      await this.#push();
    } catch (error) {
      if (error instanceof RambleError && error.code === 'out-of-step')
        await this.#restart().catch(() => undefined);
      else if (!(error instanceof RambleError && error.code === 'disconnected')) this.#fail(error);
    }
  }

  /** Begins again with what the authority has; what was typed here is merged into it, and nothing of either side is dropped. */
  async #restart(): Promise<void> {
    const base = this.#saved.toString();
    const note = await this.#client.call('notes.open', { path: this.#path, begin: base });
    if (this.#closed) return;
    const now = this.#editor.text();
    const { text, overlaps } =
      note.revision === null ? { text: now, overlaps: [] } : mergeTexts(base, now, note.text);
    const kept = overlaps
      .map(({ theirs }) => theirs)
      .filter((theirs) => theirs !== '' && !text.includes(theirs));
    this.#note = note;
    this.#told = { version: note.version, state: note.state };
    this.#events.onRestart(note, kept.length === 0 ? text : `${text}\n${kept.join('\n')}`);
    this.#failure = null;
    this.#events.onOverlaps(note.overlaps);
    this.#say();
    void this.#push();
  }

  #receive(version: number, edits: readonly { peer: string; changes: unknown }[]): void {
    if (!this.#editor.receive(version, edits)) return void this.#catchUp().catch(() => undefined);
    const known = this.#editor.version();
    for (const one of this.#reached.filter((waiting) => waiting.version <= known)) one.done();
    this.#reached = this.#reached.filter((waiting) => waiting.version > known);
    this.#say();
  }

  #hear(version: number, state: SaveState, overlaps: NoteOverlap[]): void {
    if (version >= this.#told.version) this.#told = { version, state };
    this.#events.onOverlaps(overlaps);
    this.#say();
  }

  #say(): void {
    const { version, state } = this.#told;
    if (state.kind === 'read-only') this.#events.onState(state);
    else if (!this.handedOver && this.#failure !== null)
      this.#events.onState({ kind: 'failed', reason: this.#failure });
    else if (state.kind === 'failed' || state.kind === 'gone') this.#events.onState(state);
    else if (!this.handedOver || version < this.#editor.version()) this.#events.onState({ kind: 'unsaved' });
    else {
      if (state.kind === 'saved') this.#saved = this.#editor.now();
      this.#events.onState(state);
    }
  }
}

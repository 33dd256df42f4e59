import type { Client } from '../../contract/client.ts';
import type { Params } from '../../contract/contract.ts';
import { RambleError } from '../../contract/errors.ts';
import type { NoteOverlap, OpenNote, SaveState } from '../../contract/notes.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import type { NoteEditor } from '../editor/editor.ts';
import { allAtOnce, portionOf } from './portion.ts';
import { textAfterRestart } from './text-after-restart.ts';

export interface SessionEvents {
  /** `readOnly` says whether the note takes no edits just now. */
  onState(state: SaveState, readOnly: boolean): void;
  /** Where another program changed the same text; empty where nowhere. */
  onOverlaps(overlaps: NoteOverlap[]): void;
  /** The note's file lies elsewhere now. */
  onMoved(from: NotePath, to: NotePath, by: 'you' | 'another program'): void;
  /** The file was deleted, or went into the trash, while nothing typed was at stake. */
  onGone(by: 'you' | 'another program'): void;
  /** The authority does not know the text that was here: `note` is what it has, `text` what the user sees from now on. */
  onRestart(note: OpenNote, text: string): void;
}

type PeerEditor = Pick<
  NoteEditor,
  'text' | 'now' | 'version' | 'known' | 'waiting' | 'unconfirmed' | 'receive'
>;

const RETRY_MS = 1000;
/** How many edits are sent again with each key while no answer comes. */
const MOST_AHEAD = 50;
/** So often the authority hears that the note is still shown: it lets go of notes that nobody asks for. */
const ASK_MS = 60_000;
/** How long what is typed may take to be handed over before that is a danger to it. */
export const PATIENCE_MS = 1200;
export const NO_ANSWER = 'Evening Ramble does not answer.';

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
  /** Why this window and the authority could not be brought in step the last time; `null` where they could. */
  #trouble: string | null = null;
  /** The authority does not know the text that is here. */
  #unknown = false;
  /** Since when nothing was taken over of what waits here (of the page's clock); `null` where nothing waits. */
  #waitsSince: number | null = null;
  /** Something may have happened that no event brought. */
  #behind = true;
  /** The text when it was last known to be in the file: what a merge starts from when the authority lost its memory. */
  #saved: { toString(): string };
  #working: Promise<void> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #closed = false;
  #reached: { version: number; done(): void }[] = [];
  #settled: (() => void)[] = [];

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
      client.on('note.moved', ({ document, to, by }) => {
        if (mine(document)) this.#follow(to, by);
      }),
      client.on('note.gone', ({ document, by }) => {
        if (!mine(document)) return;
        // What is typed and not handed over yet brings the note back, to be asked about.
        if (this.handedOver) this.#events.onGone(by);
      }),
      // The way to the authority was cut, or there is another one now.
      client.on('vault.resumed', () => this.#ask()),
    ];
    const asking = setInterval(() => this.#ask(), ASK_MS);
    this.#stops.push(() => clearInterval(asking));
    events.onOverlaps(note.overlaps);
    this.#say();
    // What happened between the answer and now.
    this.#ask();
  }

  get path(): NotePath {
    return this.#path;
  }

  get document(): string {
    return this.#note.document;
  }

  /** Whether everything typed here would survive the window. */
  get handedOver(): boolean {
    return this.#editor.waiting() === 0 && !this.#unknown;
  }

  /** Why what was typed here may be kept nowhere else, in words; `null` where it is kept, or that is getting on. */
  get danger(): string | null {
    if (this.handedOver) return null;
    if (this.#trouble !== null) return this.#trouble;
    const waits = this.#waitsSince !== null && performance.now() - this.#waitsSince >= PATIENCE_MS;
    return waits ? NO_ANSWER : null;
  }

  /** The user changed the text. */
  changed(): void {
    this.#say();
    // Behind an answer that is slow, each key goes at once all the same: the window may be closed any moment.
    if (this.#working !== null && this.#editor.waiting() <= MOST_AHEAD) this.handOverNow();
    void this.#work();
  }

  /** The window may be about to go: hands over what waits behind an answer that is still under way, without waiting for it. */
  handOverNow(): void {
    if (!this.#closed && !this.handedOver) void this.#push(allAtOnce).catch(() => undefined);
  }

  /** The window is going: hands over whatever is not confirmed, and hears no answer. */
  handOverLast(): void {
    if (!this.#closed && !this.handedOver) this.#client.callLast('notes.push', this.#unkept(allAtOnce));
  }

  /** Resolves once everything typed here would survive the window, however long that takes, or when the session is closed. */
  settle(): Promise<void> {
    if (this.#closed || this.handedOver) return Promise.resolve();
    void this.#work();
    return new Promise((done) => this.#settled.push(done));
  }

  /** Resolves when everything is in the file, or when that failed: whether it is. */
  async flush(): Promise<boolean> {
    if (this.#closed) return true;
    await this.#work();
    if (!this.handedOver) return false;
    const version = this.#editor.version();
    try {
      const { state } = await this.#client.call('notes.flush', { document: this.document });
      if (state.kind === 'saved') this.#told = { version: Math.max(version, this.#told.version), state };
      this.#say();
      return ['saved', 'unwritten', 'read-only'].includes(state.kind) && this.handedOver;
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
    for (const done of this.#settled.splice(0)) done();
  }

  get #isDue(): boolean {
    return !this.#closed && (this.#behind || this.#unknown || this.#editor.waiting() > 0);
  }

  #ask(): void {
    this.#behind = true;
    void this.#work();
  }

  /** Brings this window and the authority in step. Resolves when they are, or when that failed: then it is tried again by itself. */
  #work(): Promise<void> {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#working ??= this.#workOff().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  async #workOff(): Promise<void> {
    while (this.#isDue) {
      try {
        if (this.#unknown) await this.#restart();
        else if (this.#editor.waiting() > 0) await this.#push(portionOf);
        else await this.#pull();
      } catch (error) {
        if (error instanceof RambleError && error.code === 'out-of-step' && !this.#unknown)
          this.#unknown = true;
        else return this.#fail(error);
      }
    }
    this.#trouble = null;
    this.#say();
  }

  #fail(error: unknown): void {
    this.#trouble = error instanceof Error ? error.message : String(error);
    this.#say();
    if (!this.#closed) this.#retry = setTimeout(() => void this.#work(), RETRY_MS);
  }

  async #push(choose: typeof portionOf): Promise<void> {
    const { version } = await this.#client.call('notes.push', this.#unkept(choose));
    // The confirmation comes as an event, before the answer.
    if (this.#editor.known() < version) this.#behind = true;
    if (this.#behind) await this.#pull();
  }

  #unkept(choose: typeof portionOf): Params<'notes.push'> {
    return {
      document: this.document,
      version: this.#editor.version(),
      peer: this.#peer,
      edits: choose(this.#editor),
    };
  }

  /** Asks for what no event brought. */
  async #pull(): Promise<void> {
    this.#behind = false;
    try {
      const version = this.#editor.version();
      const { path, edits, state, overlaps } = await this.#client.call('notes.pull', {
        document: this.document,
        version,
      });
      if (this.#closed) return;
      // Moved while no event reached this window: by whom is not known.
      this.#follow(path, 'another program');
      this.#receive(version, edits);
      this.#hear(version + edits.length, state, overlaps);
    } catch (error) {
      this.#behind = true;
      throw error;
    }
  }

  /** Begins again with what the authority has; what was typed here is merged into it, and nothing of either side is dropped. */
  async #restart(): Promise<void> {
    const base = this.#saved.toString();
    const note = await this.#client.call('notes.open', { path: this.#path, begin: base });
    if (this.#closed) return;
    const text = textAfterRestart(base, this.#editor.text(), note);
    this.#note = note;
    this.#told = { version: note.version, state: note.state };
    this.#unknown = false;
    this.#behind = true;
    this.#events.onRestart(note, text);
    this.#events.onOverlaps(note.overlaps);
    this.#say();
  }

  #follow(path: NotePath, by: 'you' | 'another program'): void {
    const from = this.#path;
    if (from === path) return;
    this.#path = path;
    this.#events.onMoved(from, path, by);
  }

  #receive(version: number, edits: readonly { peer: string; changes: unknown }[]): void {
    const waited = this.#editor.waiting();
    if (!this.#editor.receive(version, edits)) return this.#ask();
    // What still waits came later than what was just taken.
    if (this.#editor.waiting() < waited) this.#waitsSince = null;
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
    if (this.handedOver) {
      this.#waitsSince = null;
      for (const done of this.#settled.splice(0)) done();
    } else this.#waitsSince ??= performance.now();
    const { version, state } = this.#told;
    const isTold = this.handedOver && version >= this.#editor.known();
    // Where a version is the very text of this window, and in the file.
    if (isTold && state.kind === 'saved' && version === this.#editor.version())
      this.#saved = this.#editor.now();
    this.#events.onState(this.#stateToShow(isTold), state.kind === 'read-only');
  }

  #stateToShow(isTold: boolean): SaveState {
    const { state } = this.#told;
    if (!this.handedOver && this.#trouble !== null) return { kind: 'failed', reason: this.#trouble };
    if (state.kind === 'failed' || state.kind === 'gone') return state;
    if (this.handedOver && state.kind === 'read-only') return state;
    return isTold ? state : { kind: 'unsaved' };
  }
}

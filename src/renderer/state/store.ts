import { create } from 'zustand';
import type { AppState } from '../../contract/app.ts';
import type { SaveState } from '../../contract/notes.ts';
import type { Heading } from '../../core/markdown/note-facts.ts';
import type { NotePath } from '../../core/paths/note-path.ts';

/** What is about to be renamed; the `text` of a heading is what stands on its line, as Markdown. */
export type RenamedThing =
  | { kind: 'note'; path: NotePath }
  | { kind: 'heading'; path: NotePath; line: number; text: string }
  /** Without `^`. */
  | { kind: 'block'; path: NotePath; id: string }
  | { kind: 'folder'; folder: string }
  /** Without `#`. */
  | { kind: 'tag'; tag: string };

/** The dialog that is open; one at a time. */
export type DialogState =
  | { kind: 'quick-open' }
  | { kind: 'search'; query: string }
  | { kind: 'palette' }
  | { kind: 'extract'; path: NotePath }
  | { kind: 'fold-back'; path: NotePath; heading: { line: number; text: string } | null }
  | { kind: 'rename'; of: RenamedThing }
  | { kind: 'history'; path: NotePath }
  | { kind: 'deleted' }
  | { kind: 'compare'; path: NotePath; copy: NotePath }
  | { kind: 'settings' }
  | { kind: 'folder' }
  | { kind: 'make-note'; target: string; from: NotePath };

/** What a notice offers to do; it is put away by that. */
export interface NoticeAction {
  label: string;
  run(): void;
}

export interface Notice {
  id: number;
  tone: 'plain' | 'warning';
  text: string;
  actions?: readonly NoticeAction[];
  /** Stays until it is dismissed. */
  sticky: boolean;
  /** Holds the only copy of what was typed: no other takes its place. */
  keeps?: true;
}

/** A note that is open in this window. */
export interface OpenTab {
  /** Stays when the note goes on under another path. */
  id: number;
  path: NotePath;
  title: string;
}

export type ConnectionState =
  | { kind: 'connecting' | 'lost' }
  /** `outlived`: the window was opened by a process that is no more, and found back to the next. */
  | { kind: 'open'; outlived: boolean }
  /** The app answers, and has another folder open than this window's. */
  | { kind: 'elsewhere' }
  | { kind: 'refused'; message: string };

interface WindowState {
  connection: ConnectionState;
  app: AppState | null;
  tabs: OpenTab[];
  active: NotePath | null;
  tonight: NotePath | null;
  /** A note has been shown, or it is known that none can be: what else there is to show may be asked for. */
  hasShownNote: boolean;
  save: Record<string, SaveState>;
  words: { path: NotePath; words: number; selected: number } | null;
  outline: { path: NotePath; headings: Heading[] } | null;
  dialog: DialogState | null;
  notices: Notice[];
  panels: { left: boolean; right: boolean };
}

/** The state of this window. Notes' texts are not in it: they live in their editors. */
export const useWindow = create<WindowState>(() => ({
  connection: { kind: 'connecting' },
  app: null,
  tabs: [],
  active: null,
  tonight: null,
  hasShownNote: false,
  save: {},
  words: null,
  outline: null,
  dialog: null,
  notices: [],
  panels: { left: true, right: true },
}));

const MOST_TABS = 8;
const NOTICE_SHOWN_MS = 7000;
const MOST_NOTICES = 4;
let noticeCount = 0;
let tabCount = 0;

/** Brings a note to the front, in a tab of its own. The tab used longest ago goes when there are too many. */
export function showTab(path: NotePath, title: string): void {
  tabCount += 1;
  const id = tabCount;
  useWindow.setState((state) => {
    const known = state.tabs.some((tab) => tab.path === path);
    const tabs = known ? state.tabs : [...state.tabs, { id, path, title }];
    const surplus = tabs.length > MOST_TABS ? tabs.find((tab) => isSpare(state, tab.path, path)) : undefined;
    return { tabs: surplus === undefined ? tabs : tabs.filter((tab) => tab !== surplus), active: path };
  });
}

function isSpare(state: WindowState, path: NotePath, opening: NotePath): boolean {
  const save = state.save[path]?.kind;
  const settled = save === 'saved' || save === 'read-only';
  return path !== opening && path !== state.tonight && settled;
}

/** The note in a tab goes on under another path, and so does the dialog about it. */
export function moveTab(from: NotePath, to: NotePath, title: string): void {
  const follow = (dialog: DialogState | null) =>
    dialog !== null && 'path' in dialog && dialog.path === from ? { ...dialog, path: to } : dialog;
  useWindow.setState((state) => ({
    dialog: follow(state.dialog),
    tabs: state.tabs.map((tab) => (tab.path === from ? { ...tab, path: to, title } : tab)),
    active: state.active === from ? to : state.active,
  }));
}

/** Names a tab by what its note is called. */
export function nameTab(path: NotePath, title: string): void {
  useWindow.setState((state) => ({
    tabs: state.tabs.map((tab) => (tab.path === path ? { ...tab, title } : tab)),
  }));
}

/** Takes a tab away; the neighbour comes to the front. */
export function dropTab(path: NotePath): void {
  useWindow.setState((state) => {
    const at = state.tabs.findIndex((tab) => tab.path === path);
    const tabs = state.tabs.filter((tab) => tab.path !== path);
    const active = state.active === path ? (tabs[Math.max(0, at - 1)]?.path ?? null) : state.active;
    return { tabs, active };
  });
}

export function showDialog(dialog: DialogState | null): void {
  useWindow.setState({ dialog });
}

export function tell(
  notice: Omit<Notice, 'id' | 'sticky' | 'tone'> & Partial<Pick<Notice, 'sticky' | 'tone'>>,
): void {
  noticeCount += 1;
  const full: Notice = { tone: 'plain', sticky: false, ...notice, id: noticeCount };
  useWindow.setState(({ notices }) => ({ notices: shownWith(notices, full) }));
  if (!full.sticky) setTimeout(() => dismissNotice(full.id), NOTICE_SHOWN_MS);
}

/** The last few, and every one that keeps what was typed. */
function shownWith(notices: readonly Notice[], added: Notice): Notice[] {
  const all = [...notices.filter(({ keeps, text }) => keeps || text !== added.text), added];
  const last = all.filter(({ keeps }) => !keeps).slice(-MOST_NOTICES);
  return all.filter((notice) => notice.keeps || last.includes(notice));
}

export function dismissNotice(id: number): void {
  useWindow.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }));
}

/** Tells the user of an error: its message was written for them. */
export function tellError(error: unknown): void {
  tell({ text: error instanceof Error ? error.message : String(error), tone: 'warning' });
}

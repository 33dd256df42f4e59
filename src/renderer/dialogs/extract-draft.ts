import type {
  ExtractKind,
  ExtractPart,
  ExtractProposal,
  ExtractWhat,
  LeaveBehind,
} from '../../contract/extract.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import type { NoteAndPlace } from './note-and-place.tsx';

export type LeaveChoice = 'link' | 'embed' | 'nothing' | 'words';

/** What the dialog's fields hold. */
export interface ExtractDraft {
  how: ExtractKind;
  version: number;
  parts: { ranges: ExtractPart['ranges']; title: string; words: number; included: boolean }[];
  to: 'new' | 'existing';
  folder: string;
  into: NoteAndPlace;
  tags: string;
  parents: string[];
  leave: LeaveChoice;
  wording: string;
  template: string;
  liftHeadings: boolean;
  takeFiles: boolean;
  /** The lines of properties that were selected, and whether they are copied. */
  properties: ExtractProposal['properties'];
  copyProperties: boolean;
}

const OWN_WORDS = '-> {{link}}';

/** The fields as a proposal fills them. */
export function draftOf(
  { how, parts, folder, properties, form }: ExtractProposal,
  version: number,
): ExtractDraft {
  const { leave } = form;
  return {
    how,
    version,
    parts: parts.map((part) => ({ ...part, included: true })),
    to: 'new',
    folder,
    into: { path: null, place: { at: 'bottom' } },
    tags: form.tags.join(', '),
    parents: form.parents,
    leave: typeof leave === 'string' ? leave : 'words',
    wording: typeof leave === 'string' ? OWN_WORDS : leave.wording,
    template: form.template,
    liftHeadings: form.liftHeadings,
    takeFiles: form.takeFiles,
    properties,
    copyProperties: false,
  };
}

/** What the fields ask for; `null` while something is missing. */
export function whatOf(path: NotePath, draft: ExtractDraft): ExtractWhat | null {
  const included = draft.parts.filter((part) => part.included);
  const to: ExtractPart['to'] | null =
    draft.to === 'new'
      ? { kind: 'new', folder: draft.folder }
      : draft.into.path === null
        ? null
        : { kind: 'existing', path: draft.into.path, place: draft.into.place };
  if (to === null || included.length === 0 || included.some(({ title }) => title.trim() === '')) return null;
  if (draft.leave === 'words' && draft.wording.trim() === '') return null;
  return {
    kind: 'extract',
    path,
    version: draft.version,
    how: draft.how,
    parts: included.map(({ ranges, title }) => ({ ranges, title, to })),
    properties: draft.copyProperties ? draft.properties : [],
    form: {
      tags: draft.tags.split(/[,\s]+/).filter((tag) => tag !== ''),
      parents: draft.parents,
      leave: leaveOf(draft),
      template: draft.template.trim(),
      liftHeadings: draft.liftHeadings,
      takeFiles: draft.takeFiles,
    },
  };
}

function leaveOf({ leave, wording }: ExtractDraft): LeaveBehind {
  return leave === 'words' ? { wording: wording.trim() } : leave;
}

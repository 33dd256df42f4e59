import { useCall } from '../state/client-context.ts';
import type { ExtractDraft, LeaveChoice } from './extract-draft.ts';
import { NoteAndPlaceFields } from './note-and-place.tsx';
import { ParentMaps } from './parent-maps.tsx';
import { Segments } from './segments.tsx';

const LEAVES: { value: LeaveChoice; label: string }[] = [
  { value: 'link', label: 'a link' },
  { value: 'embed', label: 'the text, embedded' },
  { value: 'nothing', label: 'nothing' },
  { value: 'words', label: 'own words' },
];

/** What can be said of an extraction, but for the titles. */
export function ExtractFields({
  draft,
  files,
  onChange,
}: {
  draft: ExtractDraft;
  /** The files that only what moves uses, and that can go along. */
  files: readonly string[];
  onChange(patch: Partial<ExtractDraft>): void;
}) {
  return (
    <>
      {draft.how === 'split' ? null : (
        <Segments
          legend="Goes to"
          value={draft.to}
          options={[
            { value: 'new', label: 'a new note' },
            { value: 'existing', label: 'a note that is there' },
          ]}
          onChange={(to) => onChange({ to })}
        />
      )}
      {draft.to === 'new' ? (
        <NewNoteFields draft={draft} onChange={onChange} />
      ) : (
        <NoteAndPlaceFields label="Note" value={draft.into} onChange={(into) => onChange({ into })} />
      )}
      <Segments
        legend="Leave behind"
        value={draft.leave}
        options={LEAVES}
        onChange={(leave) => onChange({ leave })}
      />
      {draft.leave === 'words' ? (
        <label className="field">
          <span>Own words</span>
          <input value={draft.wording} onChange={(event) => onChange({ wording: event.target.value })} />
          <small>{'{{link}} is the link to the new place.'}</small>
        </label>
      ) : null}
      {draft.properties.length === 0 ? null : (
        <label className="check">
          <input
            type="checkbox"
            checked={draft.copyProperties}
            onChange={(event) => onChange({ copyProperties: event.target.checked })}
          />
          <span>Copy the properties that are selected, too</span>
        </label>
      )}
      {files.length === 0 && !draft.takeFiles ? null : (
        <label className="check">
          <input
            type="checkbox"
            checked={draft.takeFiles}
            onChange={(event) => onChange({ takeFiles: event.target.checked })}
          />
          <span>
            {files.length === 1
              ? `Take “${nameOf(files[0] ?? '')}” along: only this text links to it`
              : 'Take the files along that only this text links to'}
          </span>
        </label>
      )}
    </>
  );
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

function NewNoteFields({
  draft,
  onChange,
}: {
  draft: ExtractDraft;
  onChange(patch: Partial<ExtractDraft>): void;
}) {
  const maps = useCall('links.maps', {}, ['index.updated'])?.maps ?? [];
  return (
    <>
      <label className="field">
        <span>Folder</span>
        <input
          value={draft.folder}
          placeholder="the top of the vault"
          onChange={(event) => onChange({ folder: event.target.value })}
        />
      </label>
      <label className="field">
        <span>Tags</span>
        <input
          value={draft.tags}
          placeholder="p/learning-ecosystem/inbox"
          onChange={(event) => onChange({ tags: event.target.value })}
        />
      </label>
      <ParentMaps chosen={draft.parents} maps={maps} onChange={(parents) => onChange({ parents })} />
      <label className="field">
        <span>Template</span>
        <input
          value={draft.template}
          placeholder="the app’s own form"
          onChange={(event) => onChange({ template: event.target.value })}
        />
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={draft.liftHeadings}
          onChange={(event) => onChange({ liftHeadings: event.target.checked })}
        />
        <span>Lift its headings, so that they begin at the first level</span>
      </label>
    </>
  );
}

import { type FormEvent, useState } from 'react';

/** Asks what a search is to be called. */
export function SaveSearch({
  query,
  onSave,
  onCancel,
}: {
  query: string;
  onSave: (name: string) => void;
  onCancel: () => void;
}) {
  const [name, setName] = useState(query.slice(0, 100));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') onSave(name.trim());
  };
  return (
    <form
      className="save-search"
      onSubmit={submit}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== 'Escape') return;
        // Escape takes back the naming, not the search.
        event.preventDefault();
        onCancel();
      }}
    >
      <label htmlFor="save-search-name">Save as</label>
      <input
        id="save-search-name"
        autoFocus
        required
        maxLength={100}
        value={name}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit">
        <kbd>Enter</kbd> save
      </button>
    </form>
  );
}

import { type ReactNode, useState } from 'react';

export interface ComboboxOption {
  key: string;
  label: string;
  /** Where it is, or what else tells it from one that is called the same. */
  detail?: string;
}

/** A field whose text is looked for in a list beneath it, all by keyboard: arrows choose, Enter takes, what is in no list may be taken too. */
export function Combobox({
  id,
  listLabel,
  query,
  options,
  placeholder,
  before,
  isFirst = false,
  onQuery,
  onPick,
  onFree,
  onBackspace,
}: {
  /** Of the input, for its label. */
  id: string;
  listLabel: string;
  query: string;
  options: readonly ComboboxOption[];
  placeholder: string;
  /** What stands in the same frame, before what is typed. */
  before?: ReactNode;
  /** Whether a dialog begins here. */
  isFirst?: boolean;
  onQuery(query: string): void;
  onPick(option: ComboboxOption): void;
  /** Takes what was typed though nothing is called so. */
  onFree?(text: string): void;
  /** Backspace with nothing typed. */
  onBackspace?(): void;
}) {
  const [at, setAt] = useState(0);
  const [focused, setFocused] = useState(false);
  const shown = focused ? options : [];
  const pick = (option: ComboboxOption) => {
    onPick(option);
    setAt(0);
  };
  return (
    <>
      <div className="chips">
        {before}
        <input
          id={id}
          {...(isFirst ? { 'data-first': '' } : {})}
          role="combobox"
          aria-expanded={shown.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={shown[at] === undefined ? undefined : `${id}-${at}`}
          autoComplete="off"
          value={query}
          placeholder={placeholder}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          onChange={(event) => {
            onQuery(event.target.value);
            setFocused(true);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
              event.preventDefault();
              const step = event.key === 'ArrowDown' ? 1 : -1;
              setAt((at + step + Math.max(1, shown.length)) % Math.max(1, shown.length));
            } else if ((event.key === 'Enter' || event.key === ',') && query.trim() !== '') {
              const chosen = shown[at];
              if (event.ctrlKey || event.metaKey || (chosen === undefined && onFree === undefined)) return;
              event.preventDefault();
              if (chosen === undefined) onFree?.(query.trim());
              else pick(chosen);
            } else if (event.key === 'Backspace' && query === '') onBackspace?.();
          }}
        />
      </div>
      {shown.length === 0 ? null : (
        <div className="options" id={`${id}-list`} role="listbox" aria-label={listLabel}>
          {shown.map((option, index) => (
            <div
              key={option.key}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onMouseDown={(event) => {
                event.preventDefault();
                pick(option);
              }}
            >
              {option.label}
              {option.detail === undefined ? null : <span className="option-detail">{option.detail}</span>}
            </div>
          ))}
        </div>
      )}
    </>
  );
}

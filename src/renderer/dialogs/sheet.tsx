import { type ReactNode, useEffect, useRef } from 'react';
import { Notices } from '../shell/notices.tsx';
import { showDialog } from '../state/store.ts';

/** Closes the open dialog; the note in front takes the keys again. */
export function closeDialog(): void {
  showDialog(null);
}

/** A dialog of the system's own kind: it keeps the focus within, Escape closes it, what is behind cannot be reached. */
export function Sheet({
  label,
  className,
  children,
}: {
  label: string;
  className: string;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element === null || element.open) return;
    element.showModal();
    // The dialog itself would choose the first thing that can take the focus, whatever it is for.
    element.querySelector<HTMLElement>('[data-first]')?.focus();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the dialog's own Escape is the keyboard's way out
    <dialog
      ref={dialog}
      className={`sheet ${className}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        closeDialog();
      }}
      onClick={(event) => event.target === dialog.current && closeDialog()}
    >
      <div className="sheet-body">{children}</div>
      <Notices inDialog />
    </dialog>
  );
}

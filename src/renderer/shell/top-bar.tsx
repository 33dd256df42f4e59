import { X } from 'lucide-react';
import { useClient } from '../state/client-context.ts';
import { closeNote } from '../state/close-note.ts';
import { openNote, openTonight } from '../state/navigation.ts';
import { showDialog, useWindow } from '../state/store.ts';
import { Key } from './key.tsx';

/** The name of the app, the open notes, and the way to any other. */
export function TopBar() {
  const client = useClient();
  const { tabs, active, tonight } = useWindow();
  const others = tabs.filter((tab) => tab.path !== tonight);
  return (
    <header className="bar">
      <span className="brand">Evening Ramble</span>
      <nav className="tabs" aria-label="Open notes">
        <button
          type="button"
          className="tab"
          aria-current={active === tonight ? 'page' : undefined}
          onClick={() => void openTonight(client)}
        >
          Tonight
        </button>
        {others.map((tab) => (
          <span key={tab.path} className="tab-with-close">
            <button
              type="button"
              className="tab"
              title={tab.path}
              aria-current={active === tab.path ? 'page' : undefined}
              onClick={() => void openNote(client, tab.path)}
              onAuxClick={(event) => event.button === 1 && void closeNote(tab.path)}
            >
              <span className="tab-title">{tab.title}</span>
            </button>
            <button
              type="button"
              className="tab-close"
              aria-label={`Close ${tab.title}`}
              onClick={() => void closeNote(tab.path)}
            >
              <X size={12} aria-hidden="true" />
            </button>
          </span>
        ))}
      </nav>
      <button type="button" className="find" onClick={() => showDialog({ kind: 'quick-open' })}>
        <span>Go to a note…</span>
        <Key of="quick-open" />
      </button>
    </header>
  );
}

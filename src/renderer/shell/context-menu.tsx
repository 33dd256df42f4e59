import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { COMMANDS } from '../../contract/commands.ts';
import type { WindowCommand } from '../../contract/events.ts';
import { liveNote } from '../state/open-notes.ts';
import { useWindow } from '../state/store.ts';
import { Key } from './key.tsx';

const ITEMS: WindowCommand[] = ['extract', 'extract-again', 'fold-back', 'rename-heading', 'history'];

interface At {
  x: number;
  y: number;
}

/**
 * What can be done with the text under the pointer. With Shift the system's own menu comes instead, which spells and pastes.
 */
export function ContextMenu({ run }: { run(command: WindowCommand): void }) {
  const [at, setAt] = useState<At | null>(null);
  const menu = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const onContextMenu = (event: MouseEvent) => {
      const target = event.target instanceof Element ? event.target : null;
      if (event.shiftKey || target?.closest('.cm-content') == null) return setAt(null);
      event.preventDefault();
      const { active } = useWindow.getState();
      const selected = liveNote(active)?.editor.selection();
      // Without a selection it is about the place that was pointed at.
      if (selected === undefined || selected.from === selected.to)
        liveNote(active)?.editor.setCursorAt({ x: event.clientX, y: event.clientY });
      setAt({ x: event.clientX, y: event.clientY });
    };
    document.addEventListener('contextmenu', onContextMenu);
    return () => document.removeEventListener('contextmenu', onContextMenu);
  }, []);

  useEffect(() => {
    const element = menu.current;
    if (at === null || element === null) return;
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(4, Math.min(at.x, window.innerWidth - width - 4))}px`;
    element.style.top = `${Math.max(4, Math.min(at.y, window.innerHeight - height - 4))}px`;
    element.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const onPointerDown = (event: PointerEvent) => {
      if (!element.contains(event.target as Node)) setAt(null);
    };
    document.addEventListener('pointerdown', onPointerDown);
    return () => document.removeEventListener('pointerdown', onPointerDown);
  }, [at]);

  if (at === null) return null;
  const close = () => {
    setAt(null);
    liveNote(useWindow.getState().active)?.editor.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const here = items.indexOf(document.activeElement as HTMLElement);
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) items[(here + step + items.length) % items.length]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={menu}
      className="context-menu"
      role="menu"
      aria-label="This text"
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {COMMANDS.filter(({ id }) => ITEMS.includes(id)).map(({ id, label }) => (
        <button
          key={id}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            close();
            run(id);
          }}
        >
          {label} <Key of={id} />
        </button>
      ))}
    </div>
  );
}

import { Command } from 'cmdk';
import { COMMANDS } from '../../contract/commands.ts';
import type { WindowCommand } from '../../contract/events.ts';
import { Key } from '../shell/key.tsx';
import { closeDialog, Sheet } from './sheet.tsx';

/** Every command by name, with its key. */
export function Palette({ run }: { run: (command: WindowCommand) => void }) {
  return (
    <Sheet label="Commands" className="finder">
      <Command loop>
        <Command.Input data-first="" placeholder="What would you like to do?" />
        <Command.List>
          <Command.Empty className="finder-empty">There is no such command.</Command.Empty>
          {COMMANDS.filter((command) => command.id !== 'palette').map((command) => (
            <Command.Item
              key={command.id}
              value={command.label}
              onSelect={() => {
                closeDialog();
                run(command.id);
              }}
            >
              <span className="finder-title">{command.label}</span>
              <Key of={command.id} />
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </Sheet>
  );
}

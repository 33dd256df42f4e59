import { CompareDialog } from '../dialogs/compare-dialog.tsx';
import { DeletedNotes } from '../dialogs/deleted-notes.tsx';
import { ExtractDialog } from '../dialogs/extract-dialog.tsx';
import { FoldBackDialog } from '../dialogs/fold-back-dialog.tsx';
import { HistoryDialog } from '../dialogs/history-dialog.tsx';
import { MakeNote } from '../dialogs/make-note.tsx';
import { Palette } from '../dialogs/palette.tsx';
import { QuickOpen } from '../dialogs/quick-open.tsx';
import { RenameDialog } from '../dialogs/rename-dialog.tsx';
import { Search } from '../dialogs/search.tsx';
import { SettingsDialog } from '../dialogs/settings-dialog.tsx';
import { closeDialog, Sheet } from '../dialogs/sheet.tsx';
import { useClient } from '../state/client-context.ts';
import { useWindow } from '../state/store.ts';
import { FirstRun } from './first-run.tsx';
import { runCommand } from './run-command.ts';

/** The dialog that is open, if one is. */
export function Dialogs() {
  const client = useClient();
  const dialog = useWindow((state) => state.dialog);
  switch (dialog?.kind) {
    case 'quick-open':
      return <QuickOpen />;
    case 'search':
      return <Search initial={dialog.query} />;
    case 'palette':
      return <Palette run={(command) => runCommand(client, command)} />;
    case 'extract':
      return <ExtractDialog path={dialog.path} />;
    case 'fold-back':
      return <FoldBackDialog path={dialog.path} heading={dialog.heading} />;
    case 'rename':
      return <RenameDialog of={dialog.of} />;
    case 'history':
      return <HistoryDialog path={dialog.path} />;
    case 'compare':
      return <CompareDialog path={dialog.path} copy={dialog.copy} />;
    case 'deleted':
      return <DeletedNotes />;
    case 'settings':
      return <SettingsDialog />;
    case 'make-note':
      return <MakeNote target={dialog.target} from={dialog.from} />;
    case 'folder':
      return (
        <Sheet label="Open another folder" className="folder">
          <FirstRun onCancel={closeDialog} />
        </Sheet>
      );
    default:
      return null;
  }
}

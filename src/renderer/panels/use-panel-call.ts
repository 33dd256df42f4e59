import type { CallName, Params, Result } from '../../contract/contract.ts';
import type { EventName } from '../../contract/events.ts';
import { useCall } from '../state/client-context.ts';
import { useWindow } from '../state/store.ts';

/**
 * As `useCall`, but asked only when the window has shown its first note: that is what one waits for, and all that is asked meanwhile
 * makes one wait longer.
 */
export function usePanelCall<Name extends CallName>(
  name: Name,
  params: Params<Name>,
  events: readonly EventName[],
): Result<Name> | null {
  const hasShownNote = useWindow((state) => state.hasShownNote);
  return useCall(name, hasShownNote ? params : null, events);
}

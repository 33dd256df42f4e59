import type { SavedSearch } from '../../contract/settings.ts';
import { useCall, useClient } from '../state/client-context.ts';
import { tellError } from '../state/store.ts';

const NONE: readonly SavedSearch[] = [];

/** The vault's saved searches, and how to change them. */
export function useSavedSearches(): {
  searches: readonly SavedSearch[];
  change: (searches: SavedSearch[]) => void;
} {
  const client = useClient();
  const searches = useCall('settings.get', {}, ['settings.changed'])?.values.searches ?? NONE;
  return {
    searches,
    change: (next) => void client.call('settings.change', { patch: { searches: next } }).catch(tellError),
  };
}

import type { KeptSearch } from '../documents/journal/protocol.ts';
import type { SettingsService } from './settings.ts';

/** Writes saved searches anew, those that are still as they were; gives whether that could be. They lose nothing where not. */
export async function renameSearches(
  change: SettingsService['change'],
  searches: readonly KeptSearch[],
): Promise<boolean> {
  try {
    await change((now) => ({
      searches: now.searches.map((search) => {
        const renamed = searches.find(({ name, before }) => name === search.name && before === search.query);
        return renamed === undefined ? search : { ...search, query: renamed.after };
      }),
    }));
    return true;
  } catch {
    return false;
  }
}

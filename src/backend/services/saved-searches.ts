import type { SettingsPatch } from '../../contract/settings.ts';
import type { KeptSearch } from '../documents/journal/protocol.ts';
import type { SettingsService } from './settings.ts';

/** Writes saved searches anew, those that are still as they were; gives whether that could be. They lose nothing where not. */
export async function renameSearches(
  settings: Pick<SettingsService, 'get'>,
  change: (patch: SettingsPatch) => Promise<unknown>,
  searches: readonly KeptSearch[],
): Promise<boolean> {
  try {
    const { values } = await settings.get();
    const next = values.searches.map((search) => {
      const renamed = searches.find(({ name, before }) => name === search.name && before === search.query);
      return renamed === undefined ? search : { ...search, query: renamed.after };
    });
    await change({ searches: next });
    return true;
  } catch {
    return false;
  }
}

import { join } from 'node:path';
import { z } from 'zod';
import { type ExtractForm, type ExtractKind, extractForm, extractKind } from '../../../contract/extract.ts';
import { folderPath } from '../../../contract/shapes.ts';
import { readState, writeState } from '../../state-file.ts';

const choice = z.object({ folder: folderPath, form: extractForm });
const choicesFile = z.partialRecord(extractKind, choice);

/** What was chosen the last time something was pulled out, for each way of coming to it. */
export interface LastChoices {
  of(how: ExtractKind): { folder: string; form: ExtractForm } | undefined;
  remember(how: ExtractKind, chosen: { folder: string; form: ExtractForm }): void;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/** Reads the choices that are kept in the vault's own folder in the app's data folder. */
export async function openLastChoices(folder: string): Promise<LastChoices> {
  const file = join(folder, 'extract-choices.json');
  let choices = (await readState(file, choicesFile)) ?? {};
  let writing: Promise<void> = Promise.resolve();
  return {
    of: (how) => choices[how],
    remember(how, chosen) {
      if (JSON.stringify(choices[how]) === JSON.stringify(chosen)) return;
      choices = { ...choices, [how]: chosen };
      // Where it cannot be written, the next dialog merely begins with the settings.
      writing = writing.then(() => writeState(file, choices)).catch(() => undefined);
    },
    close: () => writing,
  };
}

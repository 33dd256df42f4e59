import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { parse } from 'node:path';
import { RambleError } from '../../contract/errors.ts';
import { faultCode, faultReason } from './file-fault.ts';

/** The folder without links, if it can be a vault. Throws `bad-folder`, saying what, where, and what to do. */
export async function checkFolder(folder: string): Promise<string> {
  const bad = (message: string) => new RambleError('bad-folder', message, { folder });
  let root: string;
  try {
    root = await realpath(folder);
    if (!(await stat(root)).isDirectory())
      throw bad(`“${folder}” is a file. Choose the folder that your notes are in.`);
  } catch (error) {
    if (error instanceof RambleError) throw error;
    if (faultCode(error) === 'ENOENT')
      throw bad(`There is no folder “${folder}”. Check the spelling, or choose another.`);
    throw bad(`“${folder}” could not be opened: ${faultReason(error)}. Choose another folder.`);
  }
  if (root === parse(root).root)
    throw bad(`“${folder}” is the whole disk. Choose a folder within it that holds your notes.`);
  try {
    await access(root, constants.R_OK | constants.X_OK);
  } catch {
    throw bad(
      `You have no permission to read “${folder}”. Change its permissions, or choose another folder.`,
    );
  }
  return root;
}

import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { say } from './say.ts';
import { LARGE } from './vault-save-texts.ts';
import { saveAndMake } from './vault-save-work.ts';

/** As `vault-save-driver.ts`, with a long note to make, on a disk that knows no hard links (simulated). */
fs.link = () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }));
syncBuiltinESMExports();
await saveAndMake(process.argv[2] ?? '', say, LARGE);

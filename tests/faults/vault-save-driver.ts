import { say } from './say.ts';
import { saveAndMake } from './vault-save-work.ts';

await saveAndMake(process.argv[2] ?? '', say);

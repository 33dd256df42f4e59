import { openAuthority } from './authority.ts';
import { type Work, workThrough } from './authority-work.ts';
import { say } from './say.ts';

/** Works on `note.md` through the authority. Arguments: vault, data folder, and what to do. */
const [vault = '', data = '', doing = 'save'] = process.argv.slice(2);

await workThrough(doing as Work, {
  open: () => openAuthority({ vault, data }),
  say,
  die: () => void process.kill(process.pid, 'SIGKILL'),
});

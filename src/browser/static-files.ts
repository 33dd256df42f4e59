import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

export interface StaticFile {
  type: string;
  body: Buffer;
}

/**
 * The interface's files by their address, read once at start: a request chooses among what is there, no path is ever made of its
 * words. `/` and `/ramble` are the page.
 */
export function readStaticFiles(folder: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const place = join(folder, name);
    const type = TYPES[extname(name)];
    if (type === undefined || !statSync(place).isFile()) continue;
    files.set(`/${name.split(sep).join('/')}`, { type, body: readFileSync(place) });
  }
  const page = files.get('/index.html');
  if (page === undefined) throw new Error(`the interface is not built: there is no index.html in ${folder}`);
  files.set('/', page);
  files.set('/ramble', page);
  return files;
}

import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { contentSecurityPolicy, STYLE_NONCE_PLACEHOLDER } from '../contract/window-policy.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

export interface InterfaceAnswer {
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * The built interface, read once: a request chooses among what is there by its address, and no path is ever made of its words. `/` and
 * `/ramble` are the page. Gives how to answer an address, with the window's policy and a fresh nonce where it is the page; `null` where
 * there is nothing. Throws where the interface is not built.
 */
export function readInterface(
  folder: string,
): (address: string, connect: readonly string[]) => InterfaceAnswer | null {
  const files = new Map<string, { type: string; body: Buffer }>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const place = join(folder, name);
    const type = TYPES[extname(name)];
    if (type !== undefined && statSync(place).isFile()) {
      files.set(`/${name.split(sep).join('/')}`, { type, body: readFileSync(place) });
    }
  }
  const page = files.get('/index.html');
  if (page === undefined) throw new Error(`the interface is not built: there is no index.html in ${folder}`);
  files.set('/', page);
  files.set('/ramble', page);

  return (address, connect) => {
    const file = files.get(address);
    if (file === undefined) return null;
    const headers = {
      'Content-Type': file.type,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      // A page or note in a browser's cache outlives the app and could be read by whatever takes the port next.
      'Cache-Control': 'no-store',
    };
    if (file !== page) {
      return {
        headers: { ...headers, 'Content-Security-Policy': "default-src 'none'; sandbox" },
        body: file.body,
      };
    }
    const styleNonce = randomBytes(18).toString('base64');
    return {
      headers: { ...headers, 'Content-Security-Policy': contentSecurityPolicy({ connect, styleNonce }) },
      body: Buffer.from(page.body.toString().replaceAll(STYLE_NONCE_PLACEHOLDER, styleNonce)),
    };
  };
}

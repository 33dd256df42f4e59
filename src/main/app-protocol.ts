import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { protocol } from 'electron';
import { APP_ORIGIN } from '../contract/channels.ts';
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

/** Must run before the app is ready. */
export function declareAppProtocol(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/**
 * Answers `app://ramble/…` with the built interface: a request chooses among the files that were there at start, so that no path is
 * ever made of its words. `/` and `/ramble` are the page.
 */
export function serveInterface(folder: string): void {
  const files = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const place = join(folder, name);
    if (TYPES[extname(name)] !== undefined && statSync(place).isFile())
      files.set(`/${name.split(sep).join('/')}`, place);
  }
  const page = join(folder, 'index.html');
  files.set('/', page);
  files.set('/ramble', page);

  protocol.handle('app', async (request) => {
    const url = URL.parse(request.url);
    const place = url?.host === 'ramble' && request.method === 'GET' ? files.get(url.pathname) : undefined;
    if (place === undefined) return new Response(null, { status: 404 });
    const body = await readFile(place);
    const headers = new Headers({
      'Content-Type': TYPES[extname(place)] ?? 'application/octet-stream',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    });
    if (place !== page) return new Response(new Uint8Array(body), { headers });
    const styleNonce = randomBytes(18).toString('base64');
    headers.set('Content-Security-Policy', contentSecurityPolicy({ connect: [], styleNonce }));
    return new Response(body.toString().replaceAll(STYLE_NONCE_PLACEHOLDER, styleNonce), { headers });
  });
}

/** Whether an address is a page of the app's own. */
export function isAppAddress(address: string): boolean {
  return address === APP_ORIGIN || address.startsWith(`${APP_ORIGIN}/`) || isDevelopmentAddress(address);
}

/** The address of Vite's server while developing (`electron-vite dev`), never in a package. */
export function developmentOrigin(): string | null {
  const address = process.env.ELECTRON_RENDERER_URL;
  return address === undefined || import.meta.env.PROD ? null : new URL(address).origin;
}

function isDevelopmentAddress(address: string): boolean {
  const origin = developmentOrigin();
  return origin !== null && URL.parse(address)?.origin === origin;
}

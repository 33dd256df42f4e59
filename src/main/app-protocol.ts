import { protocol } from 'electron';
import { readInterface } from '../backend/interface-files.ts';
import { APP_ORIGIN } from '../contract/channels.ts';

/** Must run before the app is ready. */
export function declareAppProtocol(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Answers `app://ramble/…` with the built interface, and nothing else. */
export function serveInterface(folder: string): void {
  const answer = readInterface(folder);
  protocol.handle('app', (request) => {
    const url = URL.parse(request.url);
    const found = url?.host === 'ramble' && request.method === 'GET' ? answer(url.pathname, []) : null;
    if (found === null) return new Response(null, { status: 404 });
    return new Response(new Uint8Array(found.body), { headers: found.headers });
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

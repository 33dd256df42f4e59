import { app, type Session, session, type WebContents } from 'electron';
import { isAppAddress } from './app-protocol.ts';

/** What a page of ours may do beyond showing itself: put text on the clipboard when the user copies. Nothing else. */
const GRANTED = new Set(['clipboard-sanitized-write']);

/**
 * Closes every door that Electron leaves open by default: permissions, devices, navigation, new windows, embedded pages. Runs once,
 * when the app is ready, and holds for every page that is ever made.
 */
export function denyByDefault(): void {
  guardSession(session.defaultSession);
  app.on('session-created', guardSession);
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
}

function guardSession(guarded: Session): void {
  guarded.setPermissionRequestHandler((_contents, permission, done) => done(GRANTED.has(permission)));
  guarded.setPermissionCheckHandler((_contents, permission) => GRANTED.has(permission));
  guarded.setDevicePermissionHandler(() => false);
  // Chromium would download its dictionaries.
  guarded.setSpellCheckerEnabled(false);
  guarded.on('will-download', (event) => event.preventDefault());
}

function guardContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (!isAppAddress(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isAppAddress(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  // Unanswered, the first device in reach would be given.
  contents.on('select-bluetooth-device', (event, _devices, choose) => {
    event.preventDefault();
    choose('');
  });
}

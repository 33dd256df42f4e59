import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from '../../src/contract/window-policy.ts';

const src = join(import.meta.dirname, '..', '..', 'src');
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(tsx?|html)$/.test(name))
  .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(src, name), 'utf8') }));

/** Where something stands in the sources, as `file: the line`. */
function placesOf(pattern: RegExp): string[] {
  return sources.flatMap(({ name, text }) =>
    text.split('\n').flatMap((line) => (pattern.test(line) ? [`${name}: ${line.trim()}`] : [])),
  );
}

describe('B46: what a window may do', () => {
  it('is exactly this policy, with nothing unsafe in it', () => {
    expect(contentSecurityPolicy({ connect: ['ws://127.0.0.1:1'], styleNonce: 'N' })).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-N'; img-src 'self' blob:; font-src 'self'; " +
        "connect-src 'self' ws://127.0.0.1:1; base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });

  it('is exactly these preferences, for the one place that makes windows', () => {
    expect(placesOf(/new BrowserWindow|new WebContentsView|new BaseWindow/)).toEqual([
      'main/windows.ts: const window = new BrowserWindow({',
    ]);
    const windows = sources.find(({ name }) => name === 'main/windows.ts')?.text ?? '';
    const preferences = /webPreferences: \{([^}]*)\}/.exec(windows)?.[1]?.split('\n') ?? [];
    expect(preferences.map((line) => line.trim()).filter((line) => line !== '')).toEqual([
      'preload: places.preload,',
      'contextIsolation: true,',
      'sandbox: true,',
      'nodeIntegration: false,',
      'webviewTag: false,',
      'spellcheck: false,',
    ]);
  });

  it('is one bridge, over the channels of the contract', () => {
    expect(placesOf(/exposeInMainWorld/)).toEqual([
      "preload/index.ts: contextBridge.exposeInMainWorld('ramble', {",
    ]);
    expect(
      placesOf(/ipcMain\.(handle|on)\(|ipcRenderer\.(invoke|send|on)\(/).filter(
        (at) => !at.includes('CHANNELS.'),
      ),
    ).toEqual([]);
    const preload = sources.find(({ name }) => name === 'preload/index.ts')?.text ?? '';
    const imported = [...preload.matchAll(/^import (type )?.* from '(.*)';$/gm)].filter(
      ([, type]) => type === undefined,
    );
    expect(imported.map(([, , from]) => from)).toEqual(['electron', '../contract/channels.ts']);
  });

  it('never turns a text into markup or a program', () => {
    expect(
      placesOf(
        /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write(?:ln)?\(|srcdoc|srcDoc|createContextualFragment|DOMParser|\beval\(|new Function\(|setTimeout\('|executeJavaScript|insertCSS/,
      ),
    ).toEqual([]);
  });

  it('opens none of Electron’s locks', () => {
    expect(
      placesOf(
        /bypassCSP|webSecurity|allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|nodeIntegrationIn|sandbox: false|contextIsolation: false|nodeIntegration: true|webviewTag: true|commandLine\.appendSwitch|remote-debugging|setAsDefaultProtocolClient|crashReporter|autoUpdater/,
      ),
    ).toEqual([]);
  });

  it('hands addresses to the system in one place, which the contract’s call has checked', () => {
    expect(placesOf(/shell\.(openExternal|openPath|showItemInFolder)/)).toEqual([
      'main/index.ts: openExternal: (url) => shell.openExternal(url),',
    ]);
  });

  it('brings no script, style or picture from elsewhere', () => {
    const page = sources.find(({ name }) => name === 'renderer/index.html')?.text ?? '';
    expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address)).toEqual([
      './main.tsx',
    ]);
    expect(page).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=/);
  });
});

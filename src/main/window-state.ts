import { join } from 'node:path';
import { type BrowserWindow, type Rectangle, screen } from 'electron';
import { z } from 'zod';
import { readState, writeState } from '../backend/state-file.ts';

const place = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(300),
  height: z.int().min(300),
  maximized: z.boolean(),
});
const stateFile = z.object({
  main: place.optional().catch(undefined),
  ramble: place.optional().catch(undefined),
});
type Place = z.infer<typeof place>;
export type WindowName = keyof z.infer<typeof stateFile>;

const WRITE_AFTER_MS = 500;

/** Where the windows were, kept in the app's data folder. */
export class WindowPlaces {
  readonly #file: string;
  #places: z.infer<typeof stateFile> = {};
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(dataFolder: string) {
    this.#file = join(dataFolder, 'windows.json');
  }

  async load(): Promise<void> {
    this.#places = (await readState(this.#file, stateFile)) ?? {};
  }

  /** Where to open a window: where it was, if that is on a screen that is still there. */
  of(
    name: WindowName,
    size: { width: number; height: number },
  ): { bounds: Partial<Rectangle>; maximized: boolean } {
    const known = this.#places[name];
    if (known === undefined || !isVisible(known)) return { bounds: size, maximized: false };
    const { x, y, width, height, maximized } = known;
    return { bounds: { x, y, width, height }, maximized };
  }

  /** Remembers where a window is from now on. */
  follow(name: WindowName, window: BrowserWindow): void {
    const note = () => {
      if (window.isDestroyed() || window.isMinimized()) return;
      this.#places = {
        ...this.#places,
        [name]: { ...window.getNormalBounds(), maximized: window.isMaximized() },
      };
      this.#timer ??= setTimeout(() => void this.save(), WRITE_AFTER_MS);
    };
    window.on('resize', note);
    window.on('move', note);
    window.on('maximize', note);
    window.on('unmaximize', note);
  }

  /** Writes what is not written yet. Where that fails, a window merely opens somewhere else next time. */
  async save(): Promise<void> {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
      this.#writing = this.#writing.then(() => writeState(this.#file, this.#places)).catch(() => undefined);
    }
    // One that is under way is waited for too: the app may be about to end.
    await this.#writing;
  }
}

/** Enough of the window on some screen that it can be taken hold of. */
function isVisible({ x, y, width }: Place): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const overlap = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x);
    return overlap >= 100 && y >= workArea.y - 10 && y < workArea.y + workArea.height - 50;
  });
}

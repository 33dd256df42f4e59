/** Lets so many works run at once, in the order in which they came. */
export interface Slots {
  use<Value>(work: () => Promise<Value>): Promise<Value>;
}

/** `longest` is after how many milliseconds a work that goes on keeps nobody from running any more. */
export function createSlots(count: number, longest: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  const take = async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((done) => waiting.push(done));
  };
  const giveBack = () => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async use(work) {
      await take();
      let isHeld = true;
      const release = () => {
        if (isHeld) giveBack();
        isHeld = false;
      };
      const timer = setTimeout(release, longest);
      try {
        return await work();
      } finally {
        clearTimeout(timer);
        release();
      }
    },
  };
}

const ADDRESS = /([\w-]+(?:\.[\w-]+)+)(?::\d+)?(?:\/[^\s<]*)?/y;
/** Ends a sentence rather than an address. */
const AFTER = /[?!.,:*_~]/;
const ENTITY = /&(?:#\d+|#x[a-f\d]+|\w+);$/;

/**
 * Where an address that stands in a text without any brackets ends, whose domain begins at `from`, after `https://` or `www.`: GFM's
 * extended autolinks. -1 where it is none. Offsets are UTF-16 code units.
 */
export function bareAddressEnd(text: string, from: number): number {
  ADDRESS.lastIndex = from;
  const found = ADDRESS.exec(text);
  if (found === null || found[1]?.split('.').slice(-2).join().includes('_')) return -1;
  let address = found[0];
  let unopened = address.split(')').length - address.split('(').length;
  for (;;) {
    const last = address.at(-1) ?? '';
    const entity = last === ';' ? ENTITY.exec(address) : null;
    if (entity !== null) address = address.slice(0, entity.index);
    else if (AFTER.test(last)) address = address.slice(0, -1);
    else if (last === ')' && unopened > 0) {
      address = address.slice(0, -1);
      unopened -= 1;
    } else return from + address.length;
  }
}

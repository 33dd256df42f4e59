/** Whether `address` leads out of the vault: it names a scheme, or is a bare `www.` as one writes it. Mail addresses do not count. */
export function isWebAddress(address: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\S|www\.)/i.test(address) && !/^mailto:/i.test(address);
}

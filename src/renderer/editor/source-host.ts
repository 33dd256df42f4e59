/**
 * The page that a quotation's link leads to, as one says it: the host. A Hypothes.is link (`https://hyp.is/ID/host/path`) names its
 * page within itself.
 */
export function sourceHost(address: string): string | null {
  const annotated = /^https?:\/\/hyp\.is\/[\w-]{22}\/(?:https?:\/\/)?([^/?#\s]+)/i.exec(address)?.[1];
  const host = annotated ?? /^https?:\/\/([^/?#\s]+)/i.exec(address)?.[1];
  if (host === undefined || !host.includes('.')) return null;
  return host.replace(/^www\./i, '').toLowerCase();
}

/** What a window shows that was left on the port of an earlier run and is loaded again. `nonce` is the policy's, for its one style. */
export function leftPage(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Evening Ramble</title>
<style nonce="${nonce}">
  :root { color-scheme: light dark; background: light-dark(#fbf8f3, #1e1b19); color: light-dark(#2a2420, #ece3d6); }
  main { max-width: 30em; margin: 30vh auto; padding: 0 2em; font: 18px/1.68 Georgia, serif; }
  h1 { font-size: 21px; }
</style>
<main>
<h1>This window is closed</h1>
<p>Evening Ramble was started again since this window was opened. Go on in its new window, or at the address that it printed.</p>
</main>
`;
}

/**
 * What stands in the built index.html where each door puts the nonce of that one response: CodeMirror makes a style element, and the
 * policy lets no other in.
 */
export const STYLE_NONCE_PLACEHOLDER = '__STYLE_NONCE__';

export interface PolicyOptions {
  /** Where the window may connect to besides its own origin: the door's socket. */
  connect: readonly string[];
  /** Fresh for every response, at least 128 random bits in base64. */
  styleNonce: string;
}

/** The content security policy of the app's window, the same through every door: no script but ours, nothing from elsewhere. */
export function contentSecurityPolicy({ connect, styleNonce }: PolicyOptions): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${styleNonce}'`,
    "img-src 'self' blob:",
    "font-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "base-uri 'none'",
    "object-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

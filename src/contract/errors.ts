/** Every error that crosses a door has one of these codes; the interface branches on the code, never on the message. */
export const ERROR_CODES = [
  'unknown-call',
  'invalid-params',
  'no-vault',
  'bad-folder',
  'bad-name',
  'not-found',
  'exists',
  'conflict',
  'out-of-step',
  'read-only',
  'outside-vault',
  'nothing-to-extract',
  'unsupported',
  'superseded',
  'io',
  'disconnected',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What crosses a door when a call fails. `message` is written for the user: what, where, and what to do. */
export interface ErrorShape {
  code: ErrorCode;
  message: string;
  data?: Record<string, unknown>;
}

/** The one error class of the app: a code from the closed list, a message for the user, and data for the interface. */
export class RambleError extends Error {
  override readonly name = 'RambleError';
  readonly code: ErrorCode;
  readonly data: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, data?: Record<string, unknown>) {
    super(message);
    this.code = code;
    this.data = data;
  }

  toShape(): ErrorShape {
    return {
      code: this.code,
      message: this.message,
      ...(this.data === undefined ? {} : { data: this.data }),
    };
  }

  static fromShape(shape: ErrorShape): RambleError {
    return new RambleError(shape.code, shape.message, shape.data);
  }
}

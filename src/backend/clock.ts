import { RambleError } from '../contract/errors.ts';

/** A clock that stands at a local time written like `2021-02-09T21:15`, for scripts and tests. Throws `invalid-params`. */
export function clockAt(localTime: string): () => Date {
  const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(localTime)
    ? new Date(localTime)
    : new Date(Number.NaN);
  // A day that the month does not have would be read as one of the next.
  if (Number.isNaN(moment.getTime()) || moment.getDate() !== Number(localTime.slice(8, 10))) {
    throw new RambleError(
      'invalid-params',
      `“${localTime.slice(0, 40)}” is no local time; write it like 2021-02-09T21:15.`,
    );
  }
  return () => new Date(moment);
}

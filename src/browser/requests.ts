import type { IncomingMessage, ServerResponse } from 'node:http';
import { isFromUs } from './gate.ts';

/** What every answer says. */
export const FIXED_HEADERS: [string, string][] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  // A page or note in a browser's cache outlives the app and could be read by whatever takes the port next.
  ['Cache-Control', 'no-store'],
  [
    'Permissions-Policy',
    [
      'accelerometer camera microphone geolocation gyroscope magnetometer midi usb serial hid payment',
      'display-capture encrypted-media idle-detection local-fonts picture-in-picture screen-wake-lock',
      'publickey-credentials-get storage-access window-management xr-spatial-tracking',
    ]
      .flatMap((line) => line.split(' '))
      .map((feature) => `${feature}=()`)
      .join(', '),
  ],
];

/** Answers with a status and nothing else, and lets the connection go. */
export function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.setHeader('Connection', 'close');
  response.end();
}

/**
 * The fields of what our own page posted, none of them checked. Where it is not our page, not JSON, or larger than `most` bytes, it is
 * refused here: `null`.
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  origin: string,
  most: number,
): Promise<Record<string, unknown> | null> {
  if (!isFromUs(request, origin) || request.headers['content-type'] !== 'application/json') {
    request.resume();
    end(response, 403);
    return null;
  }
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size > most) throw new Error('too large');
    }
  } catch {
    end(response, 413);
    return null;
  }
  return parseObject(Buffer.concat(parts).toString());
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  status: number;
  head: string;
  body: string;
}

/** Sends bytes as they are to a port of this machine and reads until the other side closes, or for `milliseconds`. */
export function sendRaw(port: number, text: string, milliseconds = 1500): Promise<RawAnswer> {
  return new Promise((done, fail) => {
    let answer = '';
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(text));
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      const [head = '', body = ''] = answer.split(/\r\n\r\n(.*)/s);
      done({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body });
    };
    const timer = setTimeout(finish, milliseconds);
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
    });
    socket.on('close', finish);
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? finish() : fail(error),
    );
  });
}

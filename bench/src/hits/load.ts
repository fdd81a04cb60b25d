/**
 * A closed loop of GETs over connections that stay open: each sends its next request when it has the whole answer.
 * Written on sockets, as a general HTTP client takes more time than what is measured, and it shares the machine.
 */
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";

export interface Load {
  /** `http://host:port/path?query`. */
  readonly url: string;
  readonly connections: number;
  /** Milliseconds. */
  readonly duration: number;
}

export interface Loaded {
  readonly requests: number;
  /** Milliseconds, until the last answer was there. */
  readonly elapsed: number;
}

const HEAD_END = "\r\n\r\n";

/** Throws when an answer is anything but a 200 with a length. */
export async function load({ url, connections, duration }: Load): Promise<Loaded> {
  const { hostname, port, host, pathname, search } = new URL(url);
  const request = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nAccept: image/avif,image/webp,*/*\r\n\r\n`;
  const start = performance.now();
  const until = start + duration;
  const counts = await Promise.all(
    Array.from({ length: connections }, () =>
      ask(connect({ host: hostname, port: Number(port), noDelay: true }), request, until),
    ),
  );
  const elapsed = performance.now() - start;
  return { requests: counts.reduce((sum, count) => sum + count, 0), elapsed };
}

/** How many answers this connection got. */
function ask(socket: Socket, request: string, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let answered = 0;
    /** What came of a head that is not whole yet. */
    let head = "";
    /** Bytes of the body that are still to come; 0 while a head is read. */
    let left = 0;
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed the connection")));
    socket.on("connect", () => socket.write(request));
    socket.on("data", (chunk) => {
      if (left > 0) {
        left -= chunk.length;
      } else {
        head += chunk.toString("latin1");
        const end = head.indexOf(HEAD_END);
        if (end < 0) return;
        const body = head.length - end - HEAD_END.length;
        const length = lengthIn(head.slice(0, end));
        if (length === undefined) {
          socket.destroy(new Error(`not a 200 with a length: ${head.slice(0, 500)}`));
          return;
        }
        left = length - body;
        head = "";
      }
      if (left > 0) return;
      answered += 1;
      if (performance.now() < until) {
        socket.write(request);
      } else {
        socket.removeAllListeners("close").destroy();
        resolve(answered);
      }
    });
  });
}

function lengthIn(head: string): number | undefined {
  if (!head.startsWith("HTTP/1.1 200 ")) return undefined;
  const [, digits] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

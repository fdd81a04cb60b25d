/** Real sockets: what an origin on the wire can do to us, and how many bytes it gets to send. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHttpOrigin } from "../../src/origins/http.ts";
import { assertAllowed } from "../../src/policy/sources.ts";
import { codeOf, pattern, read } from "../contracts/origin.ts";

const MAX_BYTES = 100_000;
/** What may be under way when we let go, at the pace of `flood`: a quarter of a second on a busy machine. */
const SLACK = 4_000_000;

type Handler = (request: IncomingMessage, response: ServerResponse, socket: Socket) => void;

/** Writes without end, 16 KB a millisecond; faster would measure the kernel's buffers instead of what we take. */
function flood(response: ServerResponse): void {
  const chunk = Buffer.alloc(16_384, 7);
  const timer = setInterval(() => response.write(chunk), 1);
  response.on("close", () => clearInterval(timer));
}

const routes: Record<string, Handler> = {
  "/ok": (_q, r) => {
    r.setHeader("etag", '"ok"');
    r.end(pattern(50_000));
  },
  "/echo": (q, r) => r.end(JSON.stringify({ method: q.method, headers: q.headers })),
  "/gzip": (_q, r) => {
    const body = gzipSync(pattern(50_000));
    r.writeHead(200, { "content-encoding": "gzip", "content-length": body.byteLength }).end(body);
  },
  "/gzip-bomb": (_q, r) => {
    const body = gzipSync(Buffer.alloc(20_000_000));
    r.writeHead(200, { "content-encoding": "gzip", "content-length": body.byteLength }).end(body);
  },
  "/gzip-torn": (_q, r, socket) => {
    const body = gzipSync(pattern(50_000));
    r.writeHead(200, { "content-encoding": "gzip", "content-length": body.byteLength });
    r.write(body.subarray(0, body.byteLength / 2), () => socket.end());
  },
  "/declared": (_q, r) => {
    r.writeHead(200, { "content-length": 1_000_000_000 });
    flood(r);
  },
  "/endless": (_q, r) => flood(r),
  "/truncated": (_q, r, socket) => {
    r.writeHead(200, { "content-length": 50_000 });
    r.write(pattern(25_000), () => socket.end());
  },
  "/truncated-chunked": (_q, r, socket) => {
    r.write(pattern(25_000), () => socket.destroy());
  },
  "/reset": (_q, r, socket) => {
    r.writeHead(200, { "content-length": 50_000 });
    r.write(pattern(10), () => socket.resetAndDestroy());
  },
  "/hangs-up": (_q, _r, socket) => socket.destroy(),
  "/garbage": (_q, _r, socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"),
  "/never": () => {},
  "/stalls": (_q, r) => {
    r.write(pattern(10));
  },
  "/trickles": (_q, r) => {
    const timer = setInterval(() => r.write("x"), 30);
    r.on("close", () => clearInterval(timer));
  },
  "/maze": (q, r) => {
    r.writeHead(302, { location: `/maze?${Math.random()}`, "content-length": 100_000_000 });
    if (q.method !== "HEAD") flood(r);
  },
  "/no-head": (q, r) => {
    if (q.method === "HEAD") r.writeHead(405).end();
    else if (q.headers["if-none-match"] === '"v1"') r.writeHead(304, { etag: '"v1"' }).end();
    else {
      r.writeHead(200, { etag: '"v2"', "content-length": 90_000 });
      flood(r);
    }
  },
  "/no-head-dated": (q, r) => {
    const date = "Tue, 01 Sep 2026 10:00:00 GMT";
    if (q.method === "HEAD") r.writeHead(501).end();
    else if (q.headers["if-modified-since"] === date) r.writeHead(304).end();
    else r.writeHead(200, { "last-modified": date }).end(pattern(90_000));
  },
  "/meta": (_q, r) => {
    r.writeHead(302, { location: "http://169.254.169.254/latest/meta-data/" }).end();
  },
  "/missing": (_q, r) => {
    r.writeHead(404);
    flood(r);
  },
};

let asked: string[] = [];
let sent = 0;
const sockets = new Set<Socket>();
const server = createServer((request, response) => {
  const path = (request.url ?? "").split("?")[0]!;
  asked.push(path);
  const { socket } = request;
  const before = socket.bytesWritten;
  socket.once("close", () => {
    sent += socket.bytesWritten - before;
  });
  routes[path]?.(request, response, socket);
});
server.on("connection", (socket) => {
  sockets.add(socket);
  socket.on("error", () => {});
  socket.once("close", () => sockets.delete(socket));
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  return new Promise<void>((resolve) => server.close(() => resolve()));
});

/** An origin over the server; `asked` and `sent` start anew. */
function open(timeoutMs = 3_000) {
  asked = [];
  sent = 0;
  return createHttpOrigin({
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    allowPrivate: true,
    allow: (url) => assertAllowed(url, { list: [{ kind: "any", host: "" }] }),
    fetch: (url, init) => fetch(url, init as never) as unknown as Promise<Response>,
    maxBytes: MAX_BYTES,
    headersTimeoutMs: timeoutMs,
    totalTimeoutMs: 2 * timeoutMs,
  });
}

async function readAll(name: string, timeoutMs?: number): Promise<Uint8Array> {
  return read((await open(timeoutMs).open(name)).body);
}

/** Waits until no connection is busy, so that what was let go shows as closed. */
async function closed(): Promise<void> {
  for (let i = 0; i < 100 && sent === 0; i++) await new Promise((r) => setTimeout(r, 10));
}

describe("an origin on the wire", () => {
  it("is read whole", async () => {
    expect(await readAll("ok")).toEqual(pattern(50_000));
    expect((await open().head("ok")).validator.etag).toBe('"ok"');
  });

  it("hears only our own headers", async () => {
    const { method, headers } = JSON.parse(new TextDecoder().decode(await readAll("echo")));
    expect(method).toBe("GET");
    expect(headers).toMatchObject({ "cdn-loop": "pictor", "user-agent": "Pictor" });
    // The rest is what a fetch adds by itself: connection, and what belongs to `no-store`.
    const ours = ["accept", "accept-encoding", "cdn-loop", "user-agent"];
    const added = [
      "host",
      "connection",
      "cache-control",
      "pragma",
      "accept-language",
      "sec-fetch-mode",
    ];
    expect(Object.keys(headers).filter((name) => ![...ours, ...added].includes(name))).toEqual([]);
  });

  it("may compress: the size on the wire is not that of the picture", async () => {
    expect(await readAll("gzip")).toEqual(pattern(50_000));
  });

  it.each([
    ["gzip-bomb", "source_too_large"],
    ["gzip-torn", "origin_failed"],
    ["truncated", "origin_failed"],
    ["truncated-chunked", "origin_failed"],
    ["reset", "origin_failed"],
    ["hangs-up", "origin_failed"],
    ["garbage", "origin_failed"],
    ["never", "origin_timeout"],
    ["stalls", "origin_timeout"],
    ["trickles", "origin_timeout"],
  ])("that answers with %s is %s", async (name, code) => {
    expect(await codeOf(readAll(name, code === "origin_timeout" ? 150 : 3_000))).toBe(code);
  });

  it.each([
    ["declared", "source_too_large"],
    ["endless", "source_too_large"],
    ["missing", "not_found"],
  ])("does not get to send more than we take: %s", async (name, code) => {
    expect(await codeOf(readAll(name))).toBe(code);
    await closed();
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(MAX_BYTES + SLACK);
  });

  it("that refuses HEAD answers a conditional GET without a byte of the picture", async () => {
    const known = { etag: '"v1"' };
    expect((await open().head("no-head", known)).validator).toEqual(known);
    expect(asked).toEqual(["/no-head", "/no-head"]);
    const dated = { lastModified: Date.UTC(2026, 8, 1, 10) };
    expect((await open().head("no-head-dated", dated)).validator).toEqual(dated);
    for (const socket of sockets) socket.destroy();
    await closed();
    // Headers of two short answers; the picture alone would be 90,000.
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(2_000);
  });

  it("that refuses HEAD and has a new picture is not read to its end", async () => {
    const { validator, size } = await open().head("no-head", { etag: '"v0"' });
    expect([validator, size]).toEqual([{ etag: '"v2"' }, 90_000]);
    await closed();
    expect(sent).toBeLessThan(SLACK);
  });

  it("that redirects to itself is not followed: a private address was allowed once, not twice", async () => {
    expect(await codeOf(readAll("maze"))).toBe("origin_not_allowed");
    await closed();
    expect(asked).toEqual(["/maze"]);
    expect(sent).toBeLessThan(MAX_BYTES + SLACK);
  });

  it("that redirects to the metadata service is refused", async () => {
    expect(await codeOf(readAll("meta"))).toBe("origin_not_allowed");
    expect(asked).toEqual(["/meta"]);
  });

  it("is well again after all that", async () => {
    expect((await readAll("ok")).byteLength).toBe(50_000);
  });
});

import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type AskCounts, createAsk } from "../../../src/cli/corpus/ask.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n";

let server: Server | undefined;
afterEach(() => server?.close());

/** Does to each connection, as soon as a request is there, what its turn says. */
async function served(...turns: ((socket: Socket) => void)[]) {
  const counts: AskCounts = { requests: 0, failures: 0, retried: 0, reconnected: 0 };
  let turn = 0;
  const listening = createServer((socket) => {
    socket.once("data", () => turns[turn++]?.(socket));
    socket.on("error", () => undefined);
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const { port } = listening.address() as { port: number };
  const answer = await createAsk(counts)(`http://127.0.0.1:${port}/`);
  return { answer, counts };
}

const answers = (socket: Socket) => socket.end(`${OK}ok`);
const closes = (socket: Socket) => socket.end();
const breaksOff = (socket: Socket) => socket.end(`${OK}o`);

describe("asking", () => {
  it("asks once more when the connection was closed unanswered", async () => {
    const { answer, counts } = await served(closes, answers);
    expect(answer.status).toBe(200);
    expect(counts).toEqual({ requests: 2, failures: 0, retried: 0, reconnected: 1 });
  });

  it("takes a second closed connection for a failure", async () => {
    const { answer, counts } = await served(closes, closes, answers);
    expect(answer).toMatchObject({ status: 0, failure: expect.stringContaining("closed") });
    expect(counts).toEqual({ requests: 2, failures: 1, retried: 0, reconnected: 1 });
  });

  it("does not ask again for an answer that broke off", async () => {
    const { answer, counts } = await served(breaksOff, answers);
    expect(answer.status).toBe(0);
    expect(counts).toEqual({ requests: 1, failures: 1, retried: 0, reconnected: 0 });
  });
});

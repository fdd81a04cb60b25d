/** A `fetch` that answers from a map, as a plain web server would, without a network. */

import { createHttpOrigin } from "../../src/origins/http.ts";
import { CONTRACT_MAX_BYTES, type OriginWorld } from "../contracts/origin.ts";

export async function openHttpWorld(): Promise<OriginWorld> {
  const files = new Map<string, Uint8Array>();
  let mood: "well" | "down" | "hanging" = "well";

  async function fetch(url: string, init: RequestInit): Promise<Response> {
    if (mood === "down") throw new TypeError("connection refused");
    if (mood === "hanging") return new Promise(() => {});
    const { pathname, search } = new URL(url);
    const bytes = files.get(pathname + search);
    if (bytes === undefined) return new Response("no", { status: 404 });
    const headers = {
      "content-length": String(bytes.byteLength),
      etag: `"${bytes.byteLength}"`,
      "last-modified": "Tue, 01 Sep 2026 10:00:00 GMT",
    };
    return new Response(init.method === "HEAD" ? null : (bytes as BodyInit), { headers });
  }

  const origin = createHttpOrigin({
    base: "https://cdn.example.com/pictures",
    fetch,
    allow: () => {
      throw new Error("no redirects here");
    },
    maxBytes: CONTRACT_MAX_BYTES,
    headersTimeoutMs: 100,
    totalTimeoutMs: 300,
  });
  return {
    origin,
    async put(name, bytes) {
      files.set(`/pictures/${name.split("/").map(encodeURIComponent).join("/")}`, bytes);
    },
    breakDown: () => {
      mood = "down";
    },
    hang: () => {
      mood = "hanging";
    },
  };
}

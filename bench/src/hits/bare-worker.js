/**
 * What the service is compared with: a Worker that does nothing but answer from the same cache. Plain JavaScript, as
 * Miniflare takes it and Hono's own files without a bundler.
 */
import { Hono } from "../../../node_modules/hono/dist/index.js";

const app = new Hono();

app.get("*", async (c) => (await caches.default.match(c.req.raw)) ?? c.notFound());

app.put("*", async (c) => {
  const headers = {
    "Content-Type": c.req.header("Content-Type") ?? "image/webp",
    "Cache-Control": "public, max-age=86400",
  };
  await caches.default.put(c.req.url, new Response(await c.req.arrayBuffer(), { headers }));
  return c.text("stored");
});

export default app;

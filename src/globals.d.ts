/** Tells the types of `ctx.exports` which entrypoints the Worker has. */
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import("./worker.ts");
  }
}

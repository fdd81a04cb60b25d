import { SELF } from "cloudflare:test";
import { expect, it } from "vitest";
it("answers", async () => { expect((await SELF.fetch("http://x/")).status).toBe(200); });

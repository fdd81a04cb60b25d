import { createJsquashEngine } from "../../src/engine/jsquash/engine.ts";
import { modules } from "../../src/engine/jsquash/modules.ts";
import { type EngineSource, engineContract } from "../contracts/engine.ts";
import { factsOf, planOf, streamOf } from "../engine/plans.ts";

/** The smallest GIF there is: one red pixel. The engine makes the other pictures of it. */
const GIF = Uint8Array.from(
  atob("R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="),
  (letter) => letter.charCodeAt(0),
);

async function sources(): Promise<EngineSource[]> {
  const engine = createJsquashEngine({ modules });
  const pixel = factsOf({ format: "gif", width: 1, height: 1 });
  const size = { width: 64, height: 48 };
  return Promise.all(
    (["jpeg", "png", "webp", "avif"] as const).map(async (format) => {
      const shape = { resize: size, extract: { x: 0, y: 0, ...size }, output: { format, ...size } };
      const { bytes } = await engine.render(planOf(pixel, shape), streamOf(GIF));
      return { format, bytes };
    }),
  );
}

engineContract("jSquash in workerd", async () => ({
  engine: createJsquashEngine({ modules }),
  sources: await sources(),
}));

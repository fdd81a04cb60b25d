/**
 * What this deployment serves: where pictures come from and which named transforms there are. Checked when the
 * Worker is built (`npx pictor check`); secrets and switches are environment variables (docs/operations.md).
 */
import { defineConfig } from "./src/config.ts";

export default defineConfig({
  /** The longest matching mount names the origin of `/<key>`. */
  mounts: {
    "/": { type: "r2", bucket: "ORIGINALS" },
  },

  /** `?preset=thumbnail`; parameters in the URL win over the preset's. */
  presets: {
    thumbnail: { width: 200, height: 200, fit: "cover", format: "auto" },
    card: { width: 480, ar: "4:3", fit: "cover", format: "auto" },
    hero: { width: 1600, ar: "21:9", fit: "cover", format: "auto", quality: "medium-high" },
  },

  /** What `format=auto` may choose, best first. */
  autoFormats: ["avif", "webp"],

  /** Sites whose scripts may read the pictures; showing them needs no permission. */
  cors: { origins: ["*"] },
});

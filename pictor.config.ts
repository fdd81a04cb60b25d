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

  /**
   * How long answers live and what may be asked for. The first rule that matches counts; what it does not say, and
   * pictures that no rule matches, come under the built-in one (docs/caching.md). `npx pictor rules check` judges
   * them, `npx pictor rules explain <url>` says which one counts and what the headers will be.
   */
  rules: [
    /** Names that change with their content: readers never have to ask again. */
    {
      name: "hashed-names",
      match: { path: "/assets/**" },
      browserTtl: "365d",
      edgeTtl: "365d",
      immutable: true,
    },
    /** Replaced under the same name, and purged by tag: browsers, which no purge reaches, are done after 15 minutes. */
    {
      name: "avatars",
      match: { path: "/avatars/**" },
      browserTtl: "5m",
      edgeTtl: "1d",
      staleWhileRevalidate: "10m",
      tags: ["avatars"],
      widths: { ladder: [48, 96, 192, 384], mode: "snap" },
    },
  ],

  /** Sites whose scripts may read the pictures; showing them needs no permission. */
  cors: { origins: ["*"] },
});

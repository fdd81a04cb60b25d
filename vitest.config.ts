import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

/**
 * Three rooms: `core` is plain Node and needs no platform; `workerd` runs inside the real runtime (adapters, streams,
 * WASM); `service` runs the deployment's own bundle in Miniflare and talks HTTP to it, as a user does.
 */
/** Tests state no wall time; this only ends what hangs. Machines are shared and slow. */
const PATIENCE = { testTimeout: 60_000, hookTimeout: 60_000 };

/** The seed of random cases. Nothing in `workerd` draws any. */
const SETUP = ["test/setup.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "core",
          environment: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{workerd,service,golden,browser}/**", "node_modules/**"],
          setupFiles: SETUP,
          ...PATIENCE,
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
        test: { name: "workerd", include: ["test/workerd/**/*.test.ts"], ...PATIENCE },
      },
      {
        test: {
          name: "service",
          environment: "node",
          include: ["test/{service,golden,browser}/**/*.test.ts"],
          setupFiles: SETUP,
          ...PATIENCE,
        },
      },
    ],
  },
});

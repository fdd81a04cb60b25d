/**
 * Runs the deployment's own bundle with the deployment's own configuration (`wrangler.toml`) in Miniflare, on
 * this machine. With no `bindings` it is exactly what a deployment runs: signed URLs only, and no keys.
 */
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Miniflare, MiniflareOptions } from "miniflare";
import { type Bundle, bundleWorker } from "./bundle.ts";
import { ROOT } from "./paths.ts";

export interface ServiceOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Variables and secrets, over those of the Wrangler configuration. */
  readonly bindings?: Readonly<Record<string, string>>;
  /** Directory that keeps the R2 buckets; without it they live as long as the service. */
  readonly persist?: string;
  /** The Wrangler configuration; the deployment's own by default. */
  readonly config?: string;
  readonly bundle?: Bundle;
  /** Answers what the Worker fetches from the internet; without it the internet itself does. */
  readonly outbound?: (request: OutboundRequest) => OutboundResponse | Promise<OutboundResponse>;
  /** Gets each line that the Worker or the runtime wants to say. Silent by default. */
  readonly onLine?: (line: string) => void;
}

/** Miniflare brings its own `Request` and `Response`. */
export type OutboundRequest = import("miniflare").Request;
export type OutboundResponse = import("miniflare").Response;

export interface Service {
  /** Without a slash at the end, e.g. `http://127.0.0.1:8787`. */
  readonly url: string;
  readonly miniflare: Miniflare;
  bucket(binding: "ORIGINALS" | "VARIANTS"): Promise<Bucket>;
  dispose(): Promise<void>;
}

export type Bucket = Awaited<ReturnType<Miniflare["getR2Bucket"]>>;

/** Throws `CliError` when bundling fails, and Miniflare's `ERR_ADDRESS_IN_USE` when the port is taken. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const config = options.config ?? join(ROOT, "wrangler.toml");
  const bundle = options.bundle ?? (await bundleWorker({ config }));
  const { Miniflare, NoOpLog } = await import("miniflare");
  const said = lastLines(options.onLine);
  const miniflare = new Miniflare({
    ...(await deploymentOptions(config, options.bindings ?? {})),
    modules: bundle.modules.map((module) => ({ ...module })),
    modulesRoot: bundle.directory,
    host: "127.0.0.1",
    port: options.port ?? 0,
    // The edge cache starts empty each time; only the buckets may be kept.
    r2Persist: options.persist ?? false,
    cachePersist: false,
    cf: false,
    ...(options.outbound ? { outboundService: options.outbound } : {}),
    log: new NoOpLog(),
    logRequests: false,
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      passLines(stdout, said.add);
      passLines(stderr, said.add);
    },
  });
  try {
    const url = await miniflare.ready;
    return {
      url: url.origin,
      miniflare,
      bucket: (binding) => miniflare.getR2Bucket(binding),
      dispose: () => miniflare.dispose(),
    };
  } catch (error) {
    await miniflare.dispose().catch(() => {});
    // Without them nobody learns why the runtime did not start.
    if (error instanceof Error) error.message = [error.message, ...said.lines].join("\n");
    throw error;
  }
}

/** What Wrangler makes of the configuration. A `.dev.vars` file is left out, as a deployment leaves it out. */
async function deploymentOptions(config: string, bindings: Readonly<Record<string, string>>) {
  process.env.WRANGLER_SEND_METRICS ??= "false";
  const { unstable_getMiniflareWorkerOptions, unstable_readConfig } = await import("wrangler");
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config);
  const { name, vars } = unstable_readConfig({ config });
  const { modulesRules: _, ...rest } = workerOptions;
  return { name: name ?? "worker", ...rest, bindings: { ...vars, ...bindings } } as Omit<
    Extract<MiniflareOptions, { modules?: unknown }>,
    "modules"
  >;
}

/** The runtime's remarks about connections that a browser closed are no news. */
const NOISE = /disconnected|ECONNRESET|LLVM_SYMBOLIZER|^\s*$|stack: [0-9a-f/ @]+/i;

function passLines(stream: Readable, onLine: (line: string) => void): void {
  // Always read: a full pipe would stop the runtime.
  createInterface({ input: stream }).on("line", (line) => {
    if (!NOISE.test(line)) onLine(line);
  });
}

const MOST_LINES = 20;

/** Passes lines on, and remembers the last ones. */
function lastLines(onLine: (line: string) => void = () => {}) {
  const lines: string[] = [];
  const add = (line: string) => {
    lines.push(line);
    lines.splice(0, lines.length - MOST_LINES);
    onLine(line);
  };
  return { add, lines };
}

/** Configuration → origins: which one a source is read from, and by what name. */
import type { Config, MountDefinition } from "../config.ts";
import { PictorError } from "../errors.ts";
import type { Source } from "../policy/mounts.ts";
import { assertAllowed } from "../policy/sources.ts";
import type { Origin } from "../ports.ts";
import { createHttpOrigin, createRemoteOrigin, type RemoteOriginOptions } from "./http.ts";
import { createR2Origin } from "./r2.ts";

export interface OriginWorld {
  /** Bindings by name. */
  readonly buckets: Readonly<Record<string, unknown>>;
  readonly fetch: RemoteOriginOptions["fetch"];
}

/** Longest source that is read at all; what has to be held whole is bounded further by the engine. */
const MAX_SOURCE_BYTES = 100_000_000;

/** Origins are made when first asked for, so that a mount that is not set up harms its own pictures only. */
export function originsOf(config: Config, world: OriginWorld) {
  const allow = (url: URL) => assertAllowed(url, { list: config.allowedHosts });
  const options: RemoteOriginOptions = {
    fetch: world.fetch,
    allow,
    maxBytes: MAX_SOURCE_BYTES,
    userAgent: "Pictor",
  };
  const remote = createRemoteOrigin(options);
  const made = new Map<string, Origin>();

  return (source: Source): { readonly origin: Origin; readonly name: string } => {
    if (source.kind === "remote") return { origin: remote, name: source.url };
    const known =
      made.get(source.mount) ?? originOfMount(config.mounts[source.mount]!, options, world);
    made.set(source.mount, known);
    return { origin: known, name: source.name };
  };
}

function originOfMount(
  mount: MountDefinition,
  options: RemoteOriginOptions,
  { buckets }: OriginWorld,
): Origin {
  if (mount.type === "http") {
    return createHttpOrigin({
      ...options,
      base: mount.url,
      allowPrivate: mount.allowPrivate === true,
    });
  }
  const bucket = buckets[mount.bucket] as R2Bucket | undefined;
  if (!bucket) {
    throw new PictorError("not_configured", { detail: "The bucket of this mount is not bound." });
  }
  return createR2Origin({ bucket, prefix: mount.prefix ?? "", maxBytes: MAX_SOURCE_BYTES });
}

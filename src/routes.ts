/** Which path is answered by whom. Everything that is not the service's own is a picture. */
import { Hono } from "hono";
import { SCHEMA } from "./cache/key.ts";
import { PictorError } from "./errors.ts";
import { type GatewayTools, gateway } from "./gateway.ts";
import { SECURITY_HEADERS } from "./http/headers.ts";
import { describeLive, type LiveState } from "./live/state.ts";
import { describe } from "./params/describe.ts";
import type { Rules } from "./policy/rules/match.ts";
import { BUILT_IN_RULE } from "./policy/rules.ts";
import type { ResponseKey } from "./policy/signature/response-keys.ts";
import { PURGE_PATH, purgeRoute } from "./purge-route.ts";
import { respondWithError } from "./respond.ts";
import { SIGNATURE_DIRECTORY, signatureDirectory } from "./signature-directory.ts";
import type { PlatformPurges } from "./stores/platform-purges.ts";
import type { R2PurgeLog } from "./stores/purges.ts";

export interface ServiceTools extends GatewayTools {
  /** The start page, in local development only: it lists what is in the bucket. */
  readonly startPage: (() => Promise<Response>) | undefined;
  /** Which rules are in force, and which document was refused. */
  readonly rulesState: () => LiveState<Rules>;
  /** Keys that sign answers; all are published. */
  readonly responseKeys: readonly ResponseKey[];
  /** Absent without a VARIANTS bucket. */
  readonly purgeLog: R2PurgeLog | undefined;
  readonly platformPurges: PlatformPurges | undefined;
  /** Throws what is missing of all that every picture needs. */
  readonly assertReady: () => Promise<void>;
}

type App = Hono<{ Bindings: ServiceTools }>;

/** Hono's `env` carries the tools of one request; the routes themselves are made once. */
const app: App = new Hono<{ Bindings: ServiceTools }>();

app.get("/", ({ env, req }) => (env.startPage ? env.startPage() : gateway(req.raw, env)));
app.get("/_/health", ({ env }) => json(healthOf(env)));
app.get("/_/ready", async ({ env }) => {
  await env.assertReady();
  return json({ status: "ready" });
});
app.get("/_/params.json", () => json({ params: describe() }, "public, max-age=3600"));
app.all(PURGE_PATH, ({ env, req }) => purge(req.raw, env));
app.all(`${PURGE_PATH}/:id`, ({ env, req }) => purge(req.raw, env));
app.on(["GET", "HEAD"], SIGNATURE_DIRECTORY, ({ env, req }) =>
  signatureDirectory(req.raw, env.responseKeys, env.now()),
);
app.all("/_/info/*", ({ env, req }) => gateway(req.raw, env));
app.all("/_/*", ({ env, req }) => refuse(req.raw, env));
app.all("*", ({ env, req }) => gateway(req.raw, env));
app.onError((error, { env, req }) =>
  respondWithError(error, { request: req.raw, config: env.config, now: env.now() }),
);

export async function route(request: Request, tools: ServiceTools): Promise<Response> {
  return app.fetch(request, tools);
}

/** Seconds until every place knows of a purge (`stores/purges.ts`). */
const PURGE_BOUND = 5;

function purge(request: Request, tools: ServiceTools): Promise<Response> {
  const { config, rules, purgeLog: log, platformPurges: platform, now } = tools;
  const { mounts, presets, allowedHosts, purgeTokens: tokens } = config;
  const browserTtls = [BUILT_IN_RULE, ...rules.map(({ rule }) => rule)];
  return purgeRoute(request, {
    tokens,
    log,
    sources: { mounts: Object.keys(mounts), allowedHosts, selfHosts: [] },
    presets: Object.keys(presets),
    bound: PURGE_BOUND,
    browserTtl: Math.max(...browserTtls.map((rule) => rule.browserTtl + rule.staleWhileRevalidate)),
    platform,
    now,
    onPurge: ({ id, mode, by }) => console.log(`purge ${id} (${mode}) by ${by}`),
  });
}

/** What runs here. Nothing of it depends on the world, so that it answers while everything else is down. */
function healthOf({ config, engineVersion, rulesState }: ServiceTools): object {
  return {
    status: "ok",
    engine: engineVersion,
    schema: SCHEMA,
    signing: config.signing.mode,
    keys: config.signing.keys.map(({ id }) => id),
    edgeCache: config.edgeCache,
    rules: describeLive(rulesState()),
  };
}

function json(body: object, cacheControl = "no-store"): Response {
  return Response.json(body, { headers: { ...SECURITY_HEADERS, "Cache-Control": cacheControl } });
}

const OWN_ROUTES = ["/_/health", "/_/ready", "/_/params.json"];

function refuse(request: Request, { config, now }: ServiceTools): Response {
  const { pathname } = new URL(request.url);
  const known = OWN_ROUTES.includes(pathname);
  const error = known
    ? new PictorError("method_not_allowed", { received: request.method })
    : new PictorError("not_found", { detail: "The service has no such route under /_/." });
  return respondWithError(error, { request, config, now: now() });
}

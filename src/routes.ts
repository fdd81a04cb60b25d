/** Which path is answered by whom. Everything that is not the service's own is a picture. */
import { Hono } from "hono";
import { SCHEMA } from "./cache/key.ts";
import { PictorError } from "./errors.ts";
import { type GatewayTools, gateway } from "./gateway.ts";
import { SECURITY_HEADERS } from "./http/headers.ts";
import { describe } from "./params/describe.ts";
import { respondWithError } from "./respond.ts";

export interface ServiceTools extends GatewayTools {
  /** The start page, in local development only: it lists what is in the bucket. */
  readonly startPage: (() => Promise<Response>) | undefined;
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
app.all("/_/*", ({ env, req }) => refuse(req.raw, env));
app.all("*", ({ env, req }) => gateway(req.raw, env));
app.onError((error, { env, req }) =>
  respondWithError(error, { request: req.raw, config: env.config, now: env.now() }),
);

export async function route(request: Request, tools: ServiceTools): Promise<Response> {
  return app.fetch(request, tools);
}

/** What runs here. Nothing of it depends on the world, so that it answers while everything else is down. */
function healthOf({ config, engineVersion }: ServiceTools): object {
  return {
    status: "ok",
    engine: engineVersion,
    schema: SCHEMA,
    signing: config.signing.mode,
    keys: config.signing.keys.map(({ id }) => id),
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

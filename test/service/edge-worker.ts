/**
 * Both adapters of the edge cache between real entrypoints: `Gateway` → platform's cache → `Origin`. The platform's
 * cache is the stand-in, in one Durable Object a place, behind the name that the Gateway knows; so the adapter's code
 * is the deployment's own. What a request wants is in its headers.
 */
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { ORDER, printOrder } from "../../src/cache/order.ts";
import { BUILT_IN_RULE } from "../../src/policy/rules.ts";
import type { EdgeView, Fill } from "../../src/ports.ts";
import { createCacheApi } from "../../src/stores/cache-api.ts";
import { createFlights } from "../../src/stores/flights.ts";
import type { Landing } from "../../src/stores/landing.ts";
import { createWorkersCache } from "../../src/stores/workers-cache.ts";
import { behindWorkersCache } from "../../src/stores/workers-cache-key.ts";
import { createWorkersCacheStandIn, type WorkersCacheStandIn } from "../stand-ins/workers-cache.ts";

interface Props {
  readonly region: string;
  readonly tenant: string;
}

interface Env {
  readonly REGION: DurableObjectNamespace<Region>;
}

interface Exports {
  readonly Transformer: (options: { props: Props }) => { fetch: Fill };
  readonly Origin: (options: { props: Props }) => { fetch: Fill };
}

/** Of the one isolate that Miniflare runs. */
const flights = createFlights<Landing>();
let fills = 0;
let asked = 0;
/** Paths whose fill waits until it is told to go on. */
const held = new Set<string>();
const view: EdgeView = { judge: () => "fresh", keep: 600 };

/** `/hold/<path>` and `/release/<path>`. */
const CONTROL = /^\/(hold|release)(\/.+)$/;

export default class Gateway extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    const { pathname, hostname } = new URL(request.url);
    if (pathname === "/counts") {
      return Response.json({ fills, asked, underway: flights.size });
    }
    const { headers } = request;
    const props = {
      region: headers.get("X-Region") ?? "one",
      tenant: headers.get("X-Tenant") ?? "a",
    };
    if (pathname === "/wipe") {
      await this.env.REGION.getByName(props.region).wipe();
      return new Response("wiped");
    }
    const control = CONTROL.exec(pathname);
    if (control) {
      const [, verb, path = ""] = control;
      if (verb === "hold") held.add(path);
      else held.delete(path);
      return new Response(verb);
    }
    asked++;
    const { Transformer, Origin } = this.ctx.exports as unknown as Exports;
    const fill: Fill = (canonical) => Origin({ props }).fetch(canonical);
    const defer = (work: Promise<unknown>) => this.ctx.waitUntil(work);
    const edge =
      headers.get("X-Adapter") === "workers-cache"
        ? createWorkersCache({
            transformer: (r) => Transformer({ props }).fetch(r),
            defer,
            flights,
          })
        : createCacheApi({ cache: caches.default, defer, flights });
    const order = { rule: BUILT_IN_RULE, generation: "", purged: "", patience: "any" } as const;
    const host = headers.get("X-Host") ?? hostname;
    const canonical = new Request(`https://${host}${pathname}?w=10`, {
      headers: { [ORDER]: printOrder(order) },
    });
    return edge.fetch(canonical, fill, view);
  }
}

/** In a deployment the platform's cache stands before this name; here it is this. */
export class Transformer extends WorkerEntrypoint<Env, Props> {
  override async fetch(request: Request): Promise<Response> {
    const { region, tenant } = this.ctx.props;
    const asked = new Request(request);
    asked.headers.set("X-Props", JSON.stringify({ region, tenant }));
    return this.env.REGION.getByName(region).fetch(asked);
  }
}

/** One place's cache. */
export class Region extends DurableObject<Env> {
  #cache: WorkersCacheStandIn | undefined;

  #front(): WorkersCacheStandIn {
    const { Origin } = this.ctx.exports as unknown as Exports;
    this.#cache ??= createWorkersCacheStandIn({
      run: (request, props) => Origin({ props: props as Props }).fetch(request),
      now: Date.now,
      defer: (work) => this.ctx.waitUntil(work),
    });
    return this.#cache;
  }

  override async fetch(request: Request): Promise<Response> {
    const asked = new Request(request);
    const props = JSON.parse(asked.headers.get("X-Props") ?? "{}");
    asked.headers.delete("X-Props");
    return this.#front().fetch(asked, props);
  }

  wipe(): void {
    this.#front().wipe();
  }
}

/** The Transformer as it stands behind the cache: slow, held when that is asked for, and counted. */
export class Origin extends WorkerEntrypoint<Env, Props> {
  override async fetch(request: Request): Promise<Response> {
    const { tenant } = this.ctx.props;
    return behindWorkersCache(async ({ url }) => {
      fills++;
      const { pathname, search } = new URL(url);
      // Asked again and again, as a promise that another request fulfils would be that request's.
      do await new Promise((resolve) => setTimeout(resolve, 50));
      while (held.has(pathname));
      return new Response(`${tenant} ${pathname}${search}`, {
        headers: { "Cache-Control": "public, max-age=600", "Content-Type": "text/plain" },
      });
    })(request);
  }
}

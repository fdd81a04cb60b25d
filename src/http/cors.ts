/** Sharing with other origins: the Fetch standard's CORS protocol, CORP and Resource Timing. */
import { type HeaderRecord, METHODS } from "./headers.ts";
import { vary } from "./vary.ts";

export interface CorsConfig {
  /** `["*"]`, or origins exactly as browsers send them: `https://example.com`, without a slash at the end. */
  readonly origins: readonly string[];
}

export interface CorsResult {
  readonly headers: HeaderRecord;
  /** The answer depends on `Origin`, also when this request had none or another one. */
  readonly varies: boolean;
}

/** What a page may read beside the safelisted headers. */
const EXPOSED = [
  "Accept-Ranges",
  "Age",
  "Cache-Status",
  "Content-Disposition",
  "Content-Length",
  "Content-Location",
  "Content-Range",
  "ETag",
  "Pictor-Degraded",
  "Pictor-Fallback",
  "Pictor-Max-Bytes",
  "Repr-Digest",
  "Retry-After",
  "Server-Timing",
  "Signature",
  "Signature-Input",
];

/** What a page may send beside the safelisted headers; a list of our own, never an echo of what was asked. */
const ALLOWED = [
  "Cache-Control",
  "If-Match",
  "If-Modified-Since",
  "If-None-Match",
  "If-Range",
  "If-Unmodified-Since",
  "Range",
];

/** Seconds that a browser may remember a preflight; more than it grants anyway (Chromium 2 h, Firefox 24 h). */
const PREFLIGHT_TTL = 86_400;

/** Headers of every answer, errors and 304 included. `origin` is the request's `Origin`. */
export function cors(config: CorsConfig, origin: string | null): CorsResult {
  const any = config.origins.includes("*");
  // Sandboxed and local documents all send `null`: whoever lists it would trust every one of them.
  const listed = origin !== null && origin !== "null" && config.origins.includes(origin);
  const allowed = any ? "*" : listed ? origin : undefined;
  return {
    headers: {
      "Cross-Origin-Resource-Policy": "cross-origin",
      ...(allowed && sharedWith(allowed)),
    },
    varies: !any,
  };
}

function sharedWith(allowed: string): HeaderRecord {
  return {
    "Access-Control-Allow-Origin": allowed,
    "Access-Control-Expose-Headers": EXPOSED.join(", "),
    "Timing-Allow-Origin": allowed,
  };
}

/** The answer to OPTIONS, preflight or not: 204. An origin that is not allowed learns the methods, and no more. */
export function preflight(config: CorsConfig, origin: string | null): Response {
  const { headers: shared, varies } = cors(config, origin);
  const headers = new Headers({ ...shared, Allow: METHODS.join(", ") });
  if (headers.has("Access-Control-Allow-Origin")) {
    headers.set("Access-Control-Allow-Methods", METHODS.join(", "));
    headers.set("Access-Control-Allow-Headers", ALLOWED.join(", "));
    headers.set("Access-Control-Max-Age", String(PREFLIGHT_TTL));
  }
  if (varies) headers.set("Vary", vary(["Origin"])!);
  return new Response(null, { status: 204, headers });
}

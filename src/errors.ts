/**
 * Every error that a user can meet, in one table. `code` is stable and part of the contract; so is the status.
 * Clients get `application/problem+json` (RFC 9457), made in `http/problem.ts`.
 */

export interface ErrorKind {
  readonly status: number;
  readonly title: string;
  /** Seconds that caches may keep the answer; 0 means `no-store`, also where a request header alone is at fault. */
  readonly ttl: number;
}

export const ERRORS = {
  bad_url: { status: 400, title: "The URL cannot be read", ttl: 10 },
  bad_parameter: { status: 400, title: "A parameter has a value that is not allowed", ttl: 10 },
  unknown_parameter: { status: 400, title: "There is no such parameter", ttl: 10 },
  repeated_parameter: { status: 400, title: "A parameter was given twice", ttl: 10 },
  conflicting_parameters: { status: 400, title: "Parameters contradict each other", ttl: 10 },
  malformed_signature: { status: 400, title: "The signature is malformed", ttl: 10 },
  signature_missing: { status: 401, title: "A signature is required", ttl: 10 },
  signature_wrong: { status: 403, title: "The signature does not match the URL", ttl: 10 },
  unknown_key: { status: 403, title: "The key id is not known", ttl: 10 },
  token_missing: { status: 401, title: "A bearer token is required", ttl: 0 },
  token_wrong: {
    status: 403,
    title: "The bearer token is not known, or does not allow this",
    ttl: 0,
  },
  bad_body: { status: 400, title: "The request's body cannot be read", ttl: 0 },
  origin_not_allowed: { status: 403, title: "The origin is not allowed", ttl: 10 },
  not_found: { status: 404, title: "There is no such picture", ttl: 60 },
  method_not_allowed: { status: 405, title: "Method not allowed", ttl: 10 },
  expired: { status: 410, title: "The URL has expired", ttl: 10 },
  precondition_failed: { status: 412, title: "A precondition does not hold", ttl: 0 },
  source_too_large: { status: 413, title: "The source file is too large", ttl: 10 },
  picture_too_large: { status: 413, title: "The picture does not fit in memory", ttl: 10 },
  output_too_large: { status: 413, title: "The wanted result does not fit in memory", ttl: 10 },
  uri_too_long: { status: 414, title: "The URL is too long", ttl: 10 },
  unsupported_format: { status: 415, title: "The source is not a picture that we read", ttl: 10 },
  range_not_satisfiable: { status: 416, title: "Range not satisfiable", ttl: 0 },
  broken_image: { status: 422, title: "The picture is broken", ttl: 10 },
  internal: { status: 500, title: "Internal error", ttl: 0 },
  origin_failed: { status: 502, title: "The origin failed", ttl: 0 },
  /** Inside only: the Gateway answers something else meanwhile. */
  deferred: { status: 503, title: "The wanted result is made later", ttl: 0 },
  store_failed: { status: 503, title: "A store failed, try again", ttl: 0 },
  over_capacity: { status: 503, title: "Over capacity, try again", ttl: 0 },
  not_configured: { status: 503, title: "The service is not configured", ttl: 0 },
  origin_timeout: { status: 504, title: "The origin is too slow", ttl: 0 },
  loop: { status: 508, title: "The request came back to this service", ttl: 0 },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/** What an error may say beside its code. All of it is public: never put a secret or an address here. */
export interface ErrorDetail {
  /** One sentence about this very case. */
  readonly detail?: string;
  /** The parameter (long name) that is at fault. */
  readonly param?: string;
  readonly expected?: string;
  readonly received?: string;
  /** What would work instead, e.g. `width=1600` or `format=webp`. */
  readonly fix?: string;
  /** Seconds to wait before a new try (`Retry-After`). */
  readonly retryAfter?: number;
}

/** The only error that may reach a client with its text; anything else becomes `internal`. */
export class PictorError extends Error {
  readonly code: ErrorCode;
  readonly info: ErrorDetail;

  constructor(code: ErrorCode, info: ErrorDetail = {}, options?: ErrorOptions) {
    super(info.detail ?? ERRORS[code].title, options);
    this.name = "PictorError";
    this.code = code;
    this.info = info;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  /** The same error, of what `param` names: `what` says which part of that it is. */
  within(param: string, what: string): PictorError {
    const detail = `${what}: ${this.message}`;
    return new PictorError(this.code, { ...this.info, param, detail }, { cause: this });
  }
}

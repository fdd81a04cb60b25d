/** Header names and values, ready for `new Headers(…)`. */
export type HeaderRecord = Readonly<Record<string, string>>;

/**
 * On every answer that carries bytes we did not write ourselves. A picture opened as a page (a polyglot, an SVG that
 * slipped through) can then neither be sniffed into another type nor run or load anything.
 */
export const SECURITY_HEADERS: HeaderRecord = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; sandbox",
};

export const SVG_TYPE = "image/svg+xml";

/** Instead, on SVG: its own styles and the rasters in it are what it looks like. */
export const SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/** What the service answers to; also the value of `Allow`. */
export const METHODS = ["GET", "HEAD", "OPTIONS"] as const;

/** Rows about the answer alone, and about who may have it. */
import { flag, integer, oneOf, text } from "../kinds.ts";
import { param } from "../row.ts";

export const DELIVERY = {
  preset: param(text(64, /^[A-Za-z0-9_-]+$/, "the name of a preset in pictor.config.ts"), {
    alias: ["p"],
    role: "preset",
    group: "delivery",
    example: "thumbnail",
    doc: "A named set of parameters from `pictor.config.ts`; parameters in the URL win over it.",
  }),
  v: param(text(128, /^[^\p{Cc}]*$/u, "up to 128 characters"), {
    role: "transform",
    group: "delivery",
    default: "",
    example: "3",
    doc: "Cache buster: another value is another cache entry. `v` and `v=` are the same as no `v`.",
  }),
  fallback: param(text(1024, /^[^\p{Cc}]+$/u, "the key of a picture, up to 1,024 characters"), {
    role: "delivery",
    group: "delivery",
    example: "coffee.jpg",
    doc: "The picture to show when this one cannot be had: 200 with an ETag, a tag and a short lifetime of its own. Without it, the mount's fallback.",
  }),
  debug: param(oneOf(["gravity"]), {
    role: "delivery",
    group: "delivery",
    example: "gravity",
    doc: "Answers with a PNG of the whole picture that shows what was seen in it (what `trim` keeps, faces with their scores, what is salient) and what would be cut out, instead of the result. Signed like any other parameter; never cached.",
  }),
  download: param(
    text(
      200,
      /^[^\p{Cc}/\\]+$/u,
      "a file name of up to 200 characters, without slashes or control characters",
    ),
    {
      role: "delivery",
      group: "delivery",
      example: "lisbon.jpg",
      doc: "Saves the picture under this name instead of showing it (`Content-Disposition`).",
    },
  ),
  explain: param(flag, {
    role: "delivery",
    group: "delivery",
    default: false,
    example: "1",
    doc: "Answers with JSON that says what would be done and why, instead of the picture. Signed like any other parameter.",
  }),
} as const;

export const ACCESS = {
  exp: param(integer(0, 9_999_999_999), {
    role: "access",
    group: "access",
    unit: "seconds since 1970-01-01 UTC",
    example: "1893456000",
    doc: "When the URL stops working. Needs a signature.",
  }),
  kid: param(
    text(
      64,
      /^[A-Za-z0-9._-]+$/,
      "a key id of up to 64 letters, digits, dots, dashes or underscores",
    ),
    {
      role: "access",
      group: "access",
      example: "k1",
      doc: "Which key signed the URL.",
    },
  ),
  sig: param(text(43, /^[A-Za-z0-9_-]{43}$/, "43 characters of unpadded base64url"), {
    role: "access",
    group: "access",
    example: "lEvALfv5wXQc3mnA5foPNESTb-Omksv58c6mTjB5jQU",
    doc: "The signature; see signing.md.",
  }),
} as const;

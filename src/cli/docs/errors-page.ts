/** docs/errors.md, from the error table. */
import { ERRORS } from "../../errors.ts";

export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, title, ttl }]) =>
      `| ${status} | \`${code}\` | ${title} | ${ttl === 0 ? "`no-store`" : `${ttl} s`} |`,
  );
  return [
    "<!-- Generated from src/errors.ts by `npm run docs`. Do not edit. -->",
    "# Errors",
    "",
    "Errors are `application/problem+json` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)). `code` is stable;",
    "`param`, `expected`, `received` and `fix` are there where they apply. Each error states its own short caching.",
    "What is at fault only because of a request header, or on our side, is never stored.",
    "",
    "```json",
    JSON.stringify(
      {
        type: "urn:pictor:error:bad_parameter",
        title: ERRORS.bad_parameter.title,
        status: 400,
        code: "bad_parameter",
        detail: "The value of `width` is not allowed.",
        param: "width",
        expected: "a whole number from 1 to 8192",
        received: "9000",
      },
      null,
      2,
    ),
    "```",
    "",
    "| status | code | meaning | cached |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

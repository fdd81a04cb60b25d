import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatHttpDate, parseHttpDate } from "../../src/http/date.ts";

const NOW = Date.UTC(2026, 10, 21);
const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

describe("parseHttpDate", () => {
  // RFC 9110 section 5.6.7
  it.each([
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
  ])("reads %s", (text) => {
    expect(parseHttpDate(text, NOW)).toBe(EXAMPLE);
  });

  it.each([
    ["Thursday, 01-Jan-76 00:00:00 GMT", undefined], // 1 January 2076 is a Wednesday, and 1976 is 50 years ago
    ["Wednesday, 01-Jan-76 00:00:00 GMT", Date.UTC(2076, 0, 1)],
    ["Saturday, 01-Jan-77 00:00:00 GMT", Date.UTC(1977, 0, 1)],
    ["Saturday, 21-Nov-26 00:00:00 GMT", NOW],
  ])("places the two digits of %s within 50 years", (text, expected) => {
    expect(parseHttpDate(text, NOW)).toBe(expected);
  });

  it.each([
    ["Sat Nov 21 00:00:00 2026", NOW],
    ["Thu, 29 Feb 2024 00:00:00 GMT", Date.UTC(2024, 1, 29)],
    ["Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2017, 0, 1)],
  ])("reads %s", (text, expected) => {
    expect(parseHttpDate(text, NOW)).toBe(expected);
  });

  it.each([
    "",
    "0",
    "now",
    "1994-11-06T08:49:37Z",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 08:49:37 +0000",
    "Sun, 06 Nov 1994 08:49:37",
    "sun, 06 nov 1994 08:49:37 gmt",
    " Sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT ",
    "Sun, 06 Nov 1994 08:49:37 GMT\n",
    "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994  08:49:37 GMT",
    "Mon, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 94 08:49:37 GMT",
    "Sun, 06-Nov-94 08:49:37 GMT",
    "Sunday, 06 Nov 1994 08:49:37 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Thu, 31 Nov 1994 08:49:37 GMT",
    "Thu, 29 Feb 2023 00:00:00 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:37 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT",
    "Sun Nov 6 08:49:37 1994",
    "Sun Nov 06 08:49:37 1994 GMT",
    "Sun, 06 Nov 0094 08:49:37 GMT",
    "Sun, ٠٦ Nov 1994 08:49:37 GMT",
    `Sun, 06 Nov 1994 08:49:37 GMT${" ".repeat(100_000)}`,
  ])("refuses what is none of the three formats (%#)", (text) => {
    expect(parseHttpDate(text, NOW)).toBeUndefined();
  });

  it("is the inverse of formatHttpDate for whole seconds", () => {
    const seconds = fc.integer({
      min: Date.UTC(1000, 0, 1) / 1000,
      max: Date.UTC(9999, 11, 31) / 1000,
    });
    fc.assert(
      fc.property(seconds, (time) => {
        const text = formatHttpDate(time * 1000);
        expect(text).toMatch(/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
        expect(parseHttpDate(text, NOW)).toBe(time * 1000);
      }),
    );
  });
});

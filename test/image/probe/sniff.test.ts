import { describe, expect, it } from "vitest";
import { probe } from "../../../src/image/probe/index.ts";
import { join, jpeg, zeros } from "./bytes.ts";
import { refusalOf } from "./expect.ts";

describe("a file that is no picture of ours is refused with 415 and what was seen:", () => {
  it.each([
    ["nothing", zeros(0), "empty"],
    ["HTML", join("<!DOCTYPE html><html><body>".padEnd(90)), "HTML"],
    ["HTML behind a comment", join(`<!-- ${"x".repeat(80)} --><html>`.padEnd(120)), "HTML"],
    ["a script tag", join("<script>alert(1)</script>".padEnd(90)), "HTML"],
    ["other XML", join('<?xml version="1.0"?><feed xmlns="x"></feed>'.padEnd(90)), "XML"],
    ["text", join("hello, world ".repeat(9)), "plain text"],
    ["JSON", join('{"a": 1}'), "plain text"],
    ["a PDF that goes on as a JPEG", join("%PDF-1.4\n", jpeg()), "PDF"],
    ["gzip", join([0x1f, 0x8b, 8, 0], zeros(80)), "gzip"],
    ["JPEG 2000", join([0, 0, 0, 12], "jP  \r\n", [0x87], "\n", zeros(80)), "JPEG 2000"],
    ["UTF-16", join([0xff, 0xfe], "<\0s\0v\0g\0", zeros(80)), "UTF-16"],
    ["ZIP", join("PK", [3, 4], zeros(80)), "ZIP"],
    ["zeros", zeros(100), "no picture format"],
    ["a lone BOM", join([0xef, 0xbb, 0xbf]), "no picture format"],
  ])("%s", (_, file, words) => {
    expect(refusalOf(file, "unsupported_format").message).toContain(words);
  });

  it("asks for enough to tell before it judges", () => {
    for (const head of [zeros(0), join("R"), join("<"), join("GIF8")]) {
      const result = probe(head, false);
      expect(result.kind).toBe("more");
      expect(result).toHaveProperty("bytes", 4096);
    }
  });

  it("does not wait for more of what is known to be none", () => {
    expect(() => probe(join("%PDF-1.4", zeros(100)), false)).toThrow("PDF");
  });
});

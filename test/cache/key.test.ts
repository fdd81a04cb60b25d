import { describe, expect, it } from "vitest";
import { printCanonical } from "../../src/cache/key.ts";
import type { OutputClass } from "../../src/params/output.ts";
import { parse } from "../../src/params/parse.ts";
import { resolve } from "../../src/params/resolve.ts";

function key(output: OutputClass, query: string): string {
  const transform = resolve(parse([...new URLSearchParams(query)]));
  return printCanonical({ source: "/a.jpg", output, transform }, "engine-1");
}

const plain = (output: OutputClass) => key(output, "w=64");

describe("what a class has no use for is not in its keys", () => {
  it.each<[OutputClass, readonly string[]]>([
    ["png", ["quality=30", "lossless=true", "chroma=444", "progressive=false", "anim=false"]],
    ["gif", ["quality=30", "lossless=true", "chroma=444", "gamut=keep", "metadata=keep"]],
    ["jxl", ["chroma=444", "gamut=keep", "metadata=keep", "anim=false"]],
    ["jpeg", ["anim=false", "lossless=false"]],
    ["webp", ["progressive=false"]],
    [
      "lqip",
      ["max-bytes=900", "anim=false", "quality=30", "sharpen=2", "metadata=keep", "gamut=keep"],
    ],
    [
      "json",
      ["max-bytes=900", "brightness=2", "draw=b.png", "frame=3", "effect=sepia", "radius=4"],
    ],
    ["json", ["gravity=auto&h=32&fit=cover"]],
  ])("%s", (output, queries) => {
    for (const query of queries) {
      const same = query.includes("gravity") ? "h=32&fit=cover" : "";
      expect(key(output, `w=64&${query}`), query).toBe(key(output, `w=64&${same}`));
    }
  });
});

describe("what changes an answer is in its key", () => {
  it.each<[OutputClass, readonly string[]]>([
    ["webp", ["quality=30", "max-bytes=900", "anim=false", "frame=3", "chroma=444", "gamut=keep"]],
    ["jpeg", ["progressive=false", "metadata=copyright", "border=3,red", "radius=max", "hue=9"]],
    ["avif", ["anim=false", "background=blur", "effect=sepia", "pixelate=9", "draw=b.png"]],
    // They are in the URLs that it tells.
    ["info", ["anim=false", "gamut=keep", "quality=30", "metadata=keep", "max-bytes=900"]],
    ["json", ["trim=border", "pad=3", "border=3,red", "rotate=90"]],
    ["lqip", ["blur=4", "pixelate=9", "frame=3", "draw=b.png"]],
  ])("%s", (output, queries) => {
    for (const query of queries) {
      expect(key(output, `w=64&${query}`), query).not.toBe(plain(output));
    }
  });

  it.each(["trim=border", "gravity=face&zoom=0.5&h=9&fit=cover"])(
    "as is the frame of a size that a look decides: %s",
    (query) => {
      const [first, second] = [3, 4].map((frame) => key("json", `w=64&${query}&frame=${frame}`));
      expect(first).not.toBe(second);
    },
  );
});

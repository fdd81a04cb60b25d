import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { startPage } from "../../src/pages/start.ts";

const SAMPLE = { key: "coffee.jpg", width: 600, height: 400 };

/** Attributes of all `<img>` and `<source>` elements, unescaped. */
function images(html: string): Record<string, string>[] {
  return [...html.matchAll(/<(?:img|source)((?: [\w-]+(?:="[^"]*")?)*)>/g)].map((tag) =>
    Object.fromEntries(
      [...(tag[1] ?? "").matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [
        name,
        (value ?? "").replaceAll("&amp;", "&").replaceAll("&#39;", "'"),
      ]),
    ),
  );
}

function urls(html: string): string[] {
  return images(html).flatMap(({ src, srcset }) => [
    ...(src === undefined ? [] : [src]),
    ...(srcset ?? "").split(", ").flatMap((candidate) => candidate.split(" ")[0] || []),
  ]);
}

describe("the start page", () => {
  it("gives every image an alternative text, and its shape against layout shift", async () => {
    const { html } = await startPage({ pictures: [SAMPLE], version: "1" });
    const found = images(html).filter(({ src }) => src !== undefined);
    expect(found.length).toBeGreaterThan(20);
    for (const image of found) {
      expect(image.alt).toBeTruthy();
      expect(Number(image.width)).toBeGreaterThan(0);
      expect(Number(image.height)).toBeGreaterThan(0);
    }
  });

  it("never asks for more pixels than a known source has in its srcset", async () => {
    const { html } = await startPage({ pictures: [SAMPLE], version: "1" });
    const widths = images(html).flatMap(({ srcset }) =>
      [...(srcset ?? "").matchAll(/[?&]w=(\d+)\S* (\d+)w/g)].map(([, w, descriptor]) => {
        expect(w).toBe(descriptor);
        return Number(w);
      }),
    );
    expect(Math.max(...widths)).toBe(600);
  });

  it("signs every URL when it is given a way to", async () => {
    const seen: string[] = [];
    const sign = async (url: string) => {
      seen.push(url);
      return `${url}&sig=S`;
    };
    const { html } = await startPage({ pictures: [SAMPLE], version: "1", sign });
    const found = urls(html);
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter((url) => !url.endsWith("&sig=S"))).toEqual([]);
    expect(new Set(found.map((url) => url.slice(0, -6)))).toEqual(new Set(seen));
  });

  it("keeps hostile file names text, and addresses them exactly", async () => {
    const key = `a b/<script>alert(1)</script>"' onerror=x & 100%, #1?.jpg`;
    const { html } = await startPage({ pictures: [{ key }], version: '<u>"' });
    expect(html).not.toContain("<script>alert");
    expect(html).not.toContain("<u>");
    const names = images(html).flatMap((image) => Object.keys(image));
    expect(names).toContain("alt");
    expect(names).not.toContain("onerror");
    for (const url of urls(html)) {
      const { pathname } = new URL(url, "http://x");
      expect(pathname.slice(1).split("/").map(decodeURIComponent).join("/")).toBe(key);
      // A comma or a space at an end would cut a srcset in two.
      expect(url).not.toMatch(/[\s,]/);
    }
  });

  it("allows in its policy exactly its own style and script, and holds no other", async () => {
    const { html, csp } = await startPage({ pictures: [SAMPLE], version: "1" });
    for (const [element, directive] of [
      ["style", "style-src"],
      ["script", "script-src"],
    ]) {
      const texts = [...html.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, "g"))];
      expect(texts).toHaveLength(1);
      const hash = createHash("sha256")
        .update(texts[0]?.[1] ?? "")
        .digest("base64");
      expect(csp).toContain(`${directive} 'sha256-${hash}'`);
    }
    expect(html).not.toMatch(/ style=| on\w+=/);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(csp).toContain("default-src 'none'");
  });

  it("says so when there are no pictures", async () => {
    const { html } = await startPage({ pictures: [], version: "1" });
    expect(html).toContain("The bucket is empty.");
    expect(images(html)).toEqual([]);
  });

  it("shows a large folder in part, and counts the rest", async () => {
    const pictures = Array.from({ length: 45 }, (_, i) => ({ ...SAMPLE, key: `${i}.jpg` }));
    const { html } = await startPage({ pictures, version: "1" });
    expect(html).toContain("And 15 more in the bucket.");
  });
});

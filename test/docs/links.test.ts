/** Links between the pages lead somewhere: to files that are there, and to headings that they have. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const pages = [
  ...["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "wasm/README.md"],
  ...readdirSync(new URL("docs/", root))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** Without what only looks like a link: fenced blocks and code. */
function proseOf(page: URL): string {
  return readFileSync(page, "utf8")
    .replace(/^( *)```.*?^\1```/gms, "")
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, "."));
}

/** Anchors as GitHub makes them of headings: lower case, letters, digits, `_` and `-`; a number after the second. */
function anchorsOf(page: URL): ReadonlySet<string> {
  const anchors = new Set<string>();
  const text = readFileSync(page, "utf8").replace(/^( *)```.*?^\1```/gms, "");
  for (const [, heading = ""] of text.matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = words.replace(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-");
    let anchor = slug;
    for (let i = 1; anchors.has(anchor); i++) anchor = `${slug}-${i}`;
    anchors.add(anchor);
  }
  return anchors;
}

function deadLinksOf(page: URL): string[] {
  const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to!);
  return links.filter((to) => {
    if (/^[a-z]+:/.test(to)) return false;
    const target = new URL(to, page);
    const anchor = decodeURIComponent(target.hash.slice(1));
    target.hash = "";
    if (!existsSync(target)) return true;
    return anchor !== "" && target.pathname.endsWith(".md") && !anchorsOf(target).has(anchor);
  });
}

describe("links", () => {
  it.each(pages)("of %s lead somewhere", (page) => {
    expect(deadLinksOf(new URL(page, root))).toEqual([]);
  });

  it.each(pages)("of %s in words name files that are there", (page) => {
    const text = readFileSync(new URL(page, root), "utf8");
    const named = [...text.matchAll(/`((?:test|src|wasm|bench)\/[\w./-]+)`/g)].map(([, at]) => at!);
    expect(named.filter((at) => !existsSync(new URL(at, root)))).toEqual([]);
  });

  it("are found at all", () => {
    const links = pages.flatMap((page) => [
      ...proseOf(new URL(page, root)).matchAll(/\]\(([^)\s]+)\)/g),
    ]);
    expect(links.length).toBeGreaterThan(200);
  });
});

import { describe, expect, it } from "vitest";
import { allShots, EXAMPLES } from "../../../src/cli/docs/examples/list.ts";
import { examplesPage } from "../../../src/cli/docs/examples-page.ts";
import { parametersPage } from "../../../src/cli/docs/parameters-page.ts";
import { describe as describeParameters } from "../../../src/params/describe.ts";
import { parse } from "../../../src/params/parse.ts";
import { PARAM_NAMES } from "../../../src/params/table.ts";

const page = examplesPage();
const shotsOf = (name: (typeof PARAM_NAMES)[number]) => {
  const example = EXAMPLES[name];
  return "shots" in example ? example.shots : [];
};

/** What changes neither pixels nor which of them are shown, or only in files or pictures that the samples have not. */
const UNSEEN = [
  "progressive",
  "gamut",
  "metadata",
  "v",
  "download",
  "explain",
  "exp",
  "kid",
  "sig",
];

describe("the list of examples", () => {
  it("has pictures of every parameter that can be seen, and says why there are none of the others", () => {
    const without = PARAM_NAMES.filter((name) => "none" in EXAMPLES[name]);
    expect([...without].sort()).toEqual([...UNSEEN].sort());
    for (const name of PARAM_NAMES.filter((one) => !UNSEEN.includes(one))) {
      expect(shotsOf(name).length).toBeGreaterThan(0);
    }
  });

  it.each(PARAM_NAMES.filter((name) => !UNSEEN.includes(name)))(
    "shows %s by a URL that has it",
    (name) => {
      const { aliases } = describeParameters().find((row) => row.name === name)!;
      const terms = shotsOf(name).flatMap(({ url }) => url.split("?")[1]!.split("&"));
      const names = terms.map((term) => term.split("=")[0]!);
      expect([name, ...aliases].some((spelling) => names.includes(spelling))).toBe(true);
    },
  );

  it("has URLs that parse, each with one file of its own", () => {
    const files = new Map<string, string>();
    for (const { file, url } of PARAM_NAMES.flatMap(shotsOf)) {
      expect(() => parse([...new URLSearchParams(url.split("?")[1])])).not.toThrow();
      expect(files.get(file) ?? url).toBe(url);
      files.set(file, url);
      expect(file).toMatch(/^[a-z0-9.-]+\.(jpg|png|webp|gif)$/);
    }
    expect(new Set(files.values()).size).toBe(files.size);
  });

  it("says what is to be seen, in words that a table can hold", () => {
    for (const { alt, label } of allShots()) {
      expect(alt).toMatch(/^[A-Z0-9][^|[\]]{5,}$/);
      expect(label).not.toContain("|");
    }
  });
});

describe("docs/examples.md", () => {
  it("shows every picture, and every URL as text", () => {
    for (const { file, url, alt } of allShots()) {
      expect(page).toContain(`![${alt}](examples/${file})`);
      expect(page).toContain(`\n${url}\n`);
    }
  });

  it("has a section of each parameter, to which docs/parameters.md links where there are pictures", () => {
    const parameters = parametersPage();
    for (const name of PARAM_NAMES) {
      expect(page).toContain(`\n### \`${name}\`\n`);
      expect(parameters.includes(`(examples.md#${name})`)).toBe(!UNSEEN.includes(name));
    }
  });
});

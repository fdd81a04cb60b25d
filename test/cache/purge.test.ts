import { describe, expect, it } from "vitest";
import {
  concerning,
  generationOf,
  type PurgeRecord,
  type PurgeSubject,
  purgeVerdict,
  reaches,
} from "../../src/cache/purge.ts";
import {
  MAX_RECORD_BYTES,
  NOTHING,
  oldestFirst,
  printDraft,
  printRecords,
  readRecord,
  readRecords,
} from "../../src/cache/purge-record.ts";
import { sourceTag } from "../../src/policy/mounts.ts";

const record = (id: string, uploaded: number, rest: Partial<PurgeRecord>): PurgeRecord => ({
  ...NOTHING,
  mode: "hard",
  ...rest,
  id,
  uploaded,
});

const SUBJECT: PurgeSubject = {
  source: "/trips/2024/lisbon.jpg",
  tags: ["source:/trips/2024/lisbon.jpg", "source:/logos/pictor.png", "city"],
  format: "webp",
  preset: "card",
};

describe("what a record concerns", () => {
  it.each<[string, Partial<PurgeRecord>, boolean]>([
    ["its source", { sources: ["/trips/2024/lisbon.jpg"] }, true],
    ["a source that is drawn over it", { sources: ["/logos/pictor.png"] }, true],
    ["another source", { sources: ["/trips/2024/lisbon.jpeg"] }, false],
    ["a tag", { tags: ["other", "city"] }, true],
    ["a source by its tag", { tags: ["source:/logos/pictor.png"] }, true],
    ["another tag", { tags: ["cit"] }, false],
    ["the folder", { prefixes: ["/trips/2024/"] }, true],
    ["a folder above", { prefixes: ["/nothing/", "/trips/"] }, true],
    ["all folders", { prefixes: ["/"] }, true],
    ["the folder of an overlay", { prefixes: ["/logos/"] }, true],
    ["another folder", { prefixes: ["/trips/2024/lisbon/"] }, false],
    ["the preset", { presets: ["card"] }, true],
    ["another preset", { presets: ["hero"] }, false],
    ["the format", { formats: ["avif", "webp"] }, true],
    ["another format", { formats: ["avif"] }, false],
    ["everything", { everything: true }, true],
    ["nothing", {}, false],
  ])("%s: %j is %s", (_, targets, yes) => {
    const records = [record("r-000001", 100, targets)];
    expect(purgeVerdict(records, SUBJECT, "")).toBe(yes ? "hard" : "none");
    expect(concerning(records, SUBJECT)).toEqual(yes ? records : []);
  });

  it("a remote folder, to whole segments", () => {
    const source = `/${encodeURIComponent("https://cdn.example.com/a/b.jpg")}`;
    const below = (url: string) =>
      record("r-000001", 1, { prefixes: [`/${encodeURIComponent(url)}`] });
    const verdict = (url: string) =>
      purgeVerdict([below(url)], { source, tags: [], format: "webp" }, "");
    expect(verdict("https://cdn.example.com/a/")).toBe("hard");
    expect(verdict("https://cdn.example.com/")).toBe("hard");
    expect(verdict("https://cdn.example.com/b/")).toBe("none");
  });

  it("no preset, where none was named", () => {
    const { preset: _, ...subject } = SUBJECT;
    expect(purgeVerdict([record("r-000001", 1, { presets: ["card"] })], subject, "")).toBe("none");
  });

  it("any format, where nobody knows yet which it will be", () => {
    const { format: _, ...subject } = SUBJECT;
    const records = [record("r-000001", 1, { formats: ["avif"] })];
    expect(concerning(records, subject)).toEqual(records);
  });

  it("a source that is longer than a tag can be", () => {
    const long = `/${"x".repeat(1500)}.jpg`;
    const tag = sourceTag(long);
    const records = [record("r-000001", 1, { sources: [long] })];
    expect(purgeVerdict(records, { source: "/a.jpg", tags: [tag], format: "png" }, "")).toBe(
      "hard",
    );
    expect(purgeVerdict(records, { source: long, tags: [], format: "png" }, "")).toBe("hard");
  });
});

describe("when a record applies", () => {
  const soft = record("soft-001", 100, { mode: "soft", everything: true });
  const hard = record("hard-001", 200, { sources: [SUBJECT.source] });
  const last = record("last-001", 300, { mode: "soft", tags: ["city"] });
  const records = [soft, hard, last];

  it.each([
    ["", "hard"],
    ["no generation", "hard"],
    ["100:soft-001", "hard"],
    ["150:gone-001", "hard"],
    ["200:hard-001", "soft"],
    ["299:gone-001", "soft"],
    ["300:last-001", "none"],
    ["300:another1", "soft"],
    ["300:another1,last-001", "none"],
    ["301:another1", "none"],
  ])("to what was filled at %j: %s", (generation, verdict) => {
    expect(purgeVerdict(records, SUBJECT, generation)).toBe(verdict);
  });

  it("tells records of one millisecond apart", () => {
    const a = record("aaaaaaaa", 500, { everything: true });
    const b = record("bbbbbbbb", 500, { everything: true });
    expect(generationOf([a])).toBe("500:aaaaaaaa");
    expect(generationOf([soft, a, b])).toBe("500:aaaaaaaa,bbbbbbbb");
    expect(purgeVerdict([a, b], SUBJECT, generationOf([a]))).toBe("hard");
    expect(purgeVerdict([a, b], SUBJECT, generationOf([a, b]))).toBe("none");
  });

  it("has no generation without records, which is older than all of them", () => {
    expect(generationOf([])).toBe("");
    expect(purgeVerdict([soft], SUBJECT, generationOf([]))).toBe("soft");
  });

  it("knows whether a list reaches a generation", () => {
    expect(reaches(records, "300:last-001")).toBe(true);
    expect(reaches(records, "200:hard-001")).toBe(true);
    expect(reaches(records, "300:last-001,other-01")).toBe(false);
    expect(reaches(records, "400:other-01")).toBe(false);
    expect(reaches([], "")).toBe(true);
    expect(reaches([], "400:other-01")).toBe(false);
  });
});

describe("records as text", () => {
  const draft = { ...NOTHING, mode: "soft" as const, tags: ["city"], by: "cms" };

  it("leave out what they do not say, and come back whole", () => {
    expect(printDraft(draft)).toBe('{"tags":["city"],"mode":"soft","by":"cms"}');
    expect(readRecord("abcd-0001", 7, printDraft(draft))).toEqual({
      ...draft,
      id: "abcd-0001",
      uploaded: 7,
    });
  });

  it("are ASCII, so that metadata can hold them", () => {
    const odd = { ...draft, sources: ["/blög/漢.jpg"] };
    expect(printDraft(odd)).toMatch(/^[ -~]+$/);
    expect(readRecord("abcd-0001", 7, printDraft(odd))?.sources).toEqual(["/blög/漢.jpg"]);
  });

  it("are no older than the newest that their writer found, and as old as what they stand for", () => {
    const at = (more: object) =>
      readRecord("abcd-0001", 700, printDraft({ ...draft, ...more }))?.uploaded;
    expect([at({}), at({ floor: 600 }), at({ floor: 800 }), at({ asOf: 300 })]).toEqual([
      700, 700, 800, 300,
    ]);
  });

  it.each([
    ["abcd-0001", undefined],
    ["abcd-0001", "{"],
    ["abcd-0001", "null"],
    ["abcd-0001", '{"mode":"medium"}'],
    ["abcd-0001", '{"mode":"hard","sources":"/a"}'],
    ["abcd-0001", '{"mode":"hard","sources":[1]}'],
    ["abcd-0001", '{"mode":"hard","everything":"yes"}'],
    ["ab,cd:0001", '{"mode":"hard"}'],
    ["", '{"mode":"hard"}'],
  ])("are no records when they are %s %s", (id, text) => {
    expect(readRecord(id, 1, text)).toBeUndefined();
  });

  it("make one list, and no list when one of them is broken", () => {
    const records = oldestFirst([
      record("bbbbbbbb", 2, draft),
      record("aaaaaaaa", 1, { everything: true }),
    ]);
    expect(readRecords(printRecords(records))).toEqual(records);
    expect(readRecords('[["aaaaaaaa",1,"{}"]]')).toBeUndefined();
    expect(readRecords('{"aaaaaaaa":1}')).toBeUndefined();
    expect(readRecords("")).toBeUndefined();
  });

  it("fit into what R2 has for metadata, with its name", () => {
    expect(MAX_RECORD_BYTES + "record".length).toBeLessThan(8_192);
  });
});

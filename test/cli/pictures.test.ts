import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPictures } from "../../src/cli/local/pictures.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "pictor-pictures-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content: string | Buffer = "x"): Promise<string> {
  const full = join(root, path);
  await mkdir(join(full, ".."), { recursive: true });
  await writeFile(full, content);
  return full;
}

const keys = async (folder = root) => (await findPictures(folder)).pictures.map(({ key }) => key);

describe("findPictures", () => {
  it("takes pictures by their extension, at any depth, in order, and nothing else", async () => {
    for (const path of ["b.JPG", "a/c.webp", "a/b/c/d.avif", "notes.txt", "make.mjs"]) {
      await put(path);
    }
    expect(await keys()).toEqual(["a/b/c/d.avif", "a/c.webp", "b.JPG"]);
  });

  it("judges a file without extension by its first bytes", async () => {
    await put("jpeg", Buffer.from("ffd8ffe000104a46494600010101004800480000", "hex"));
    await put("avif", Buffer.from("0000001c667479706176696600000000", "hex"));
    await put("text", "hello");
    await put("short", "x");
    expect((await findPictures(root)).pictures.map((p) => [p.key, p.contentType])).toEqual([
      ["avif", "image/avif"],
      ["jpeg", "image/jpeg"],
    ]);
  });

  it("skips what is hidden, with everything below", async () => {
    for (const path of [".a.jpg", ".git/b.jpg", "c/.d/e.jpg", "f.jpg"]) await put(path);
    expect(await keys()).toEqual(["f.jpg"]);
  });

  it("follows links to files inside the folder, and none that lead out or in circles", async () => {
    const inside = await put("album/in.jpg");
    await put("outside.jpg");
    const album = join(root, "album");
    await symlink(inside, join(album, "again.jpg"));
    await symlink(join(root, "outside.jpg"), join(album, "out.jpg"));
    await symlink(join(root, "nowhere.jpg"), join(album, "dead.jpg"));
    await symlink(album, join(album, "circle"));
    expect(await keys(album)).toEqual(["again.jpg", "in.jpg"]);
  });

  it("names what no URL can serve, with the reason", async () => {
    await put("empty.jpg", "");
    await truncate(await put("huge.jpg"), 100_000_001);
    await put("_/own.jpg");
    await put("ok.jpg");
    const { pictures, skipped } = await findPictures(root);
    expect(pictures.map(({ key }) => key)).toEqual(["ok.jpg"]);
    expect(new Set(skipped.map(({ reason }) => reason))).toEqual(
      new Set(["it is empty", "it is larger than 100 MB", "paths below /_/ belong to the service"]),
    );
  });

  it("refuses what is no folder", async () => {
    const file = await put("a.jpg");
    await expect(findPictures(file)).rejects.toThrow("is not a folder");
    await expect(findPictures(join(root, "none"))).rejects.toThrow("There is no folder");
  });
});

/** Animations by URL: which format keeps them, and what sharp sees of the answer. */
import { existsSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { difference } from "./compare.ts";
import { decoded, type Picture } from "./picture.ts";
import { useService } from "./service.ts";

const golden = useService();
const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/pictures/${name}`, import.meta.url));
const CORPUS = new URL("../../../shared/corpus/", import.meta.url);
const BROWSER = "image/avif,image/webp,*/*";

beforeAll(async () => {
  for (const name of ["moving.gif", "moving.webp", "moving.png", "animated.gif", "rgb.avif"]) {
    await golden.put(name, fixture(name));
  }
});

const ask = async (url: string, accept = BROWSER) => {
  const answer = await golden.ask(url, { Accept: accept });
  return { answer, type: answer.headers.get("Content-Type"), file: await bytesOf(answer) };
};

const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer());

async function pagesOf(file: Uint8Array): Promise<Picture[]> {
  const { pages = 1 } = await sharp(file).metadata();
  return Promise.all(
    Array.from({ length: pages }, (_, page) =>
      sharp(file, { page })
        .toColourspace("srgb")
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true })
        .then(({ data, info }) => ({ width: info.width, height: info.height, data })),
    ),
  );
}

const timing = async (file: Uint8Array) => {
  const { pages, delay, loop } = await sharp(file).metadata();
  return { pages, delay, loop };
};

describe.each(["moving.gif", "moving.webp", "moving.png"])("%s", (name) => {
  const frames = { pages: 7, delay: [100, 40, 250, 70, 20, 30, 500], loop: 4 };

  it("keeps its frames, delays and loop with format=auto: WebP, else GIF, never AVIF", async () => {
    const best = await ask(`/${name}?format=auto&w=20`);
    expect([best.type, await timing(best.file)]).toEqual(["image/webp", frames]);
    const base = await ask(`/${name}?format=auto&w=20`, "*/*");
    expect([base.type, await timing(base.file)]).toEqual(["image/gif", frames]);
  });

  it("is its first frame where the format is a still, and with anim=false", async () => {
    for (const format of [
      "avif",
      "jpeg",
      "png",
      "webp&anim=false",
      "gif&anim=false",
      "auto&frame=1",
    ]) {
      const { file } = await ask(`/${name}?format=${format}`);
      const { pages = 1, width } = await sharp(file).metadata();
      expect([format, pages, width]).toEqual([format, 1, 40]);
    }
    expect((await ask(`/${name}?format=auto&anim=false`)).type).toBe("image/avif");
  });

  it("shows the frame that is asked for as sharp composes it", async () => {
    // Sharp knows one frame of an APNG; ours is held to the plain composition in test/engine/pictor.
    if (name.endsWith("png")) return;
    const wanted = await pagesOf(fixture(name));
    for (const [i, page] of wanted.entries()) {
      const got = await golden.picture(`/${name}?format=png&frame=${i + 1}`);
      expect(difference(got, page).most).toBeLessThanOrEqual(2);
    }
  });

  it("has an overlay in every frame", async () => {
    const url = `/${name}?format=webp&lossless=true&background=ffffff`;
    const plain = await pagesOf(await golden.get(url));
    const drawn = await pagesOf(await golden.get(`${url}&draw=rgb.avif,width:8,gravity:northwest`));
    expect(drawn.length).toBe(7);
    const still = await golden.picture("/rgb.avif?format=png&w=8");
    for (const [i, page] of drawn.entries()) {
      const [ours, behind] = [page, plain[i]!].map(({ data, width }) =>
        Array.from({ length: still.height }, (_, y) => [
          ...data.subarray(y * width * 4, y * width * 4 + 32),
        ]).flat(),
      );
      const wanted = [...still.data];
      expect(Math.max(...ours!.map((level, k) => Math.abs(level - wanted[k]!)))).toBeLessThan(8);
      expect(ours).not.toEqual(behind);
    }
  });

  it("has no frame behind the last", async () => {
    const { answer, file } = await ask(`/${name}?format=png&frame=8`);
    const problem = JSON.parse(new TextDecoder().decode(file));
    expect([answer.status, problem.code, problem.param]).toEqual([400, "bad_parameter", "frame"]);
    expect(problem.expected).toContain("1 to 7");
  });

  it("tells what it is", async () => {
    const sizes = JSON.parse(new TextDecoder().decode(await golden.get(`/${name}?format=json`)));
    expect(sizes.original).toMatchObject({ animated: true, frames: 7 });
    const told = await golden.get(`/${name}?format=webp&explain=1`);
    const { work } = JSON.parse(new TextDecoder().decode(told));
    expect(work.steps).toContainEqual(expect.stringMatching(/^compose all frames/));
  });
});

describe("a still", () => {
  it("becomes a GIF of its own size and colours", async () => {
    const { type, file } = await ask("/rgb.avif?format=gif");
    expect(type).toBe("image/gif");
    const got = await decoded(file);
    expect(difference(got, await golden.picture("/rgb.avif?format=png")).psnr).toBeGreaterThan(30);
  });

  it("has a first frame and no other", async () => {
    expect((await ask("/rgb.avif?frame=1")).answer.status).toBe(200);
    const { answer, file } = await ask("/rgb.avif?frame=2");
    expect(answer.status).toBe(400);
    expect(new TextDecoder().decode(file)).toContain("there is one frame");
  });
});

describe("a GIF", () => {
  it("stays one without a format, and is a WebP where every pixel is to be kept", async () => {
    expect((await ask("/animated.gif")).type).toBe("image/gif");
    expect((await ask("/animated.gif?lossless=true")).type).toBe("image/webp");
  });

  it("is not lossless by name", async () => {
    expect((await ask("/animated.gif?format=gif&lossless=true")).answer.status).toBe(400);
  });
});

describe.skipIf(!existsSync(CORPUS))("animations of the corpus", () => {
  const files = [
    "gif/libvips__cogs.gif",
    "gif/libvips__dispose-background.gif",
    "gif/libvips__dispose-previous.gif",
    "gif/sharp__animated-loop-3.gif",
    "gif/sharp__rotating-squares.gif",
    "webp/sharp__animated-loop-3.webp",
    "webp/sharp__rotating-squares.webp",
    "webp/sharp__big-height.webp",
  ];

  it.each(files)("%s is in every frame what sharp composes, at its own size", async (path) => {
    const file = readFileSync(new URL(path, CORPUS));
    const name = path.replace("/", "-");
    await golden.put(name, file);
    const { file: got } = await ask(`/${name}?format=webp&lossless=true`);
    const [ours, theirs] = [await pagesOf(got), await pagesOf(file)];
    expect(await timing(got)).toEqual(await timing(file));
    expect(ours.length).toBe(theirs.length);
    for (const [i, page] of theirs.entries()) {
      expect(difference(ours[i]!, page).most).toBeLessThanOrEqual(2);
    }
  });

  it.each(files)("%s is like sharp's in every frame, made half as wide", async (path) => {
    const file = readFileSync(new URL(path, CORPUS));
    const name = path.replace("/", "-");
    const width = Math.ceil((await sharp(file).metadata()).width / 2);
    const { file: got } = await ask(`/${name}?format=webp&lossless=true&w=${width}&fit=contain`);
    const ours = await pagesOf(got);
    expect(ours.length).toBe((await sharp(file).metadata()).pages);
    for (const [page, picture] of ours.entries()) {
      // Page by page: sharp's own writer leaves out frames that repeat the one before.
      const resized = sharp(file, { page }).resize(width, picture.height, { fit: "fill" });
      const wanted = await decoded(await resized.png().toBuffer());
      expect(difference(picture, wanted).psnr).toBeGreaterThan(30);
    }
  });
});

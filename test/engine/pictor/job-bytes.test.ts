import { describe, expect, it } from "vitest";
import { FIELDS, JOB_BYTES, jobBytes } from "../../../src/engine/pictor/job-bytes.ts";
import type { Plan } from "../../../src/image/job.ts";
import { BLENDS } from "../../../src/params/kinds-draw.ts";
import { drawn, factsOf, planOf } from "../plans.ts";
import { constants, header, structFields } from "./c-header.ts";

const TYPES = { u32: "uint32_t", i32: "int32_t", f32: "float" } as const;
const c = header("job.h");

/** What the module would read, by the names in C. */
function read(plan: Plan): Record<string, number> {
  return readBytes(jobBytes(plan));
}

function readBytes(bytes: Uint8Array): Record<string, number> {
  const view = new DataView(bytes.buffer);
  const readers = {
    uint32_t: (at: number) => view.getUint32(at, true),
    int32_t: (at: number) => view.getInt32(at, true),
    float: (at: number) => view.getFloat32(at, true),
  };
  return Object.fromEntries(
    structFields(c, "Job").map(({ name, type }, i) => [
      name,
      readers[type as keyof typeof readers](i * 4),
    ]),
  );
}

const NOT_DRAWN = {
  x: 0,
  y: 0,
  width: 0,
  height: 0,
  repeat_x: 0,
  repeat_y: 0,
  blend: 0,
  opacity: 0,
};

function named(index: number, fields: Partial<typeof NOT_DRAWN>): Record<string, number> {
  return Object.fromEntries(
    Object.entries({ ...NOT_DRAWN, ...fields }).map(([name, value]) => [
      `draw[${index}].${name}`,
      value,
    ]),
  );
}

describe("a job's bytes", () => {
  it("have the fields of the struct in job.h, in its order and types", () => {
    expect(FIELDS.map(({ name, type }) => ({ name, type: TYPES[type] }))).toEqual(
      structFields(c, "Job"),
    );
    expect(JOB_BYTES).toBe(structFields(c, "Job").length * 4);
  });

  it("say what the plan says", () => {
    const plan = planOf(
      factsOf({ format: "jpeg", width: 640, height: 480, orientation: 6, profile: "adobe-rgb" }),
      {
        crop: { x: 1, y: 2, width: 300, height: 400 },
        resize: { width: 30, height: 40 },
        extract: { x: 3, y: 4, width: 20, height: 21 },
        canvas: { x: -5, y: 6, width: 50, height: 51, colour: { r: 1, g: 2, b: 3, a: 254 } },
        flip: true,
        rotate: 270,
        adjust: { brightness: 1.5, contrast: 0.5, saturation: 2, gamma: 0.25 },
        blur: 7.5,
        sharpen: 2.5,
        draw: [
          drawn({ width: 11, height: 12 }, { x: -3, y: 4, repeatX: true, opacity: 0.5 }),
          drawn({ width: 1, height: 2 }, { repeatY: true, blend: "luminosity" }),
        ],
        pad: { top: 1, right: 2, bottom: 3, left: 4, colour: { r: 255, g: 0, b: 0, a: 255 } },
        flatten: { r: 9, g: 8, b: 7, a: 6 },
        hue: 90,
        effect: {
          kind: "duotone",
          shadows: { r: 1, g: 2, b: 3, a: 255 },
          highlights: { r: 4, g: 5, b: 6, a: 255 },
        },
        pixelate: 12,
        border: { width: 11, colour: { r: 7, g: 6, b: 5, a: 4 } },
        radius: 8.5,
        backdrop: true,
        frames: { show: 5, most: 70 },
        output: {
          format: "webp",
          width: 57,
          height: 55,
          quality: 77,
          lossless: true,
          progressive: true,
          chroma: "444",
          alpha: true,
          gamut: "display-p3",
        },
      },
    );
    const names = constants(c);
    expect(read(plan)).toEqual({
      source_format: names.SOURCE_JPEG,
      source_width: 640,
      source_height: 480,
      orientation: 6,
      conversion: names.CONVERT_NOT,
      "crop.x": 1,
      "crop.y": 2,
      "crop.width": 300,
      "crop.height": 400,
      resize_width: 30,
      resize_height: 40,
      "extract.x": 3,
      "extract.y": 4,
      "extract.width": 20,
      "extract.height": 21,
      "canvas.x": -5,
      "canvas.y": 6,
      "canvas.width": 50,
      "canvas.height": 51,
      canvas_colour: 0xfe030201,
      flip: 1,
      rotate: 270,
      brightness: 1.5,
      contrast: 0.5,
      saturation: 2,
      gamma: 0.25,
      blur: 7.5,
      sharpen: 2.5,
      pad_top: 1,
      pad_right: 2,
      pad_bottom: 3,
      pad_left: 4,
      pad_colour: 0xff0000ff,
      flatten: 1,
      flatten_colour: 0x06070809,
      output_format: names.OUT_WEBP,
      output_width: 57,
      output_height: 55,
      quality: 77,
      lossless: 1,
      progressive: 1,
      chroma_444: 1,
      alpha: 1,
      margin: 2,
      raw_chroma: 0,
      raw_matrix: 0,
      raw_full_range: 0,
      raw_alpha: 0,
      raw_premultiplied: 0,
      gamut: names.GAMUT_DISPLAY_P3,
      ...named(0, { x: -3, y: 4, width: 11, height: 12, repeat_x: 1, opacity: 0.5 }),
      ...named(1, { width: 1, height: 2, repeat_y: 1, blend: names.BLEND_LUMINOSITY!, opacity: 1 }),
      ...named(2, {}),
      ...named(3, {}),
      hue_cosine: expect.closeTo(0, 6),
      hue_sine: 1,
      effect: names.EFFECT_DUOTONE,
      effect_first: 0xff030201,
      effect_second: 0xff060504,
      pixelate: 12,
      border: 11,
      border_colour: 0x04050607,
      radius: 8.5,
      backdrop: 1,
      animate: 0,
      frame: 5,
      most_frames: 70,
    });
  });

  it("name every blend mode as the module does", () => {
    const names = constants(c);
    for (const blend of BLENDS) {
      const plan = planOf(factsOf({ format: "webp", width: 8, height: 8 }), {
        draw: [drawn({ width: 1, height: 1 }, { blend })],
      });
      const constant = `BLEND_${blend.toUpperCase().replace("-", "_")}`;
      expect(read(plan)["draw[0].blend"]).toBe(names[constant]);
    }
  });

  it("say of what a plan leaves out that nothing is done", () => {
    const bare = read(planOf(factsOf({ format: "webp", width: 8, height: 8 })));
    const { SOURCE_WEBP, CONVERT_NOT, GAMUT_SRGB } = constants(c);
    expect(bare).toMatchObject({
      source_format: SOURCE_WEBP,
      conversion: CONVERT_NOT,
      gamut: GAMUT_SRGB,
    });
    expect(bare).toMatchObject({ "canvas.width": 0, pad_top: 0, flatten: 0, flip: 0, rotate: 0 });
    expect(bare).toMatchObject({ hue_cosine: 1, hue_sine: 0, effect: 0, pixelate: 0, backdrop: 0 });
    expect(bare).toMatchObject({ border: 0, radius: 0 });
    expect(bare).toMatchObject({ brightness: 1, contrast: 1, saturation: 1, gamma: 1 });
  });

  it.each(["grayscale", "sepia", "invert", "tint"] as const)("name %s as C does", (kind) => {
    const colour = { r: 1, g: 2, b: 3, a: 255 };
    const effect = kind === "tint" ? { kind, colour } : { kind };
    const job = read(planOf(factsOf({ format: "jpeg", width: 8, height: 8 }), { effect }));
    expect(job).toMatchObject({
      effect: constants(c)[`EFFECT_${kind.toUpperCase()}`],
      effect_first: kind === "tint" ? 0xff030201 : 0,
    });
  });

  it("say which kind of numbers come with them", () => {
    const plan = planOf(factsOf({ format: "jpeg", width: 8, height: 8 }));
    const names = constants(c);
    const kinds = {
      none: names.CONVERT_NOT,
      matrix: names.CONVERT_MATRIX,
      "rgb-table": names.CONVERT_RGB_TABLE,
      "cmyk-table": names.CONVERT_CMYK_TABLE,
    } as const;
    for (const [kind, value] of Object.entries(kinds)) {
      const bytes = jobBytes(plan, undefined, kind as keyof typeof kinds);
      expect(readBytes(bytes)).toMatchObject({ conversion: value });
    }
  });

  it("ask for pixels where another module encodes", () => {
    const { OUT_JPEG, OUT_WEBP, OUT_PNG, OUT_PLANES, OUT_RASTER } = constants(c);
    const formats = (["jpeg", "webp", "png", "avif", "jxl"] as const).map(
      (format) =>
        read(planOf(factsOf({ format: "webp", width: 8, height: 8 }), { output: { format } }))
          .output_format,
    );
    expect(formats).toEqual([OUT_JPEG, OUT_WEBP, OUT_PNG, OUT_PLANES, OUT_RASTER]);
  });
});

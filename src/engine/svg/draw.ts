/** An SVG drawn at the size that its plan wants, by resvg: sanitised first, without fonts, within memory and steps. */
import { PictorError } from "../../errors.ts";
import type { Plan } from "../../image/job.ts";
import type { Raster } from "../../image/raster.ts";
import { type Decode, decodedRows } from "../decoded.ts";
import { DrawingError, type DrawingLimits, draw } from "./resvg.ts";
import { sanitised } from "./sanitise.ts";

/** Calls and turns of loops: 1.3 to 2.8 s of CPU time. A drawing of 1600 × 1600 px takes 13 to 75 million (measured). */
export const MAX_STEPS = 250_000_000;

/** `module`: `wasm/resvg`, compiled. Each drawing gets an instance of its own. */
export function createSvgDrawing(module: WebAssembly.Module): Decode {
  return (file, plan, memory) => {
    const svg = drawableSvg(file, plan);
    const picture = drawn(module, svg, { memory: memory - svg.length, steps: MAX_STEPS });
    const { width, height } = plan.source;
    if (picture.width !== width || picture.height !== height) {
      throw new PictorError("broken_image", { detail: "The SVG cannot be drawn in this size." });
    }
    return decodedRows({
      width,
      height,
      channels: 4,
      premultiplied: true,
      rows: () => rowsOf(picture),
    });
  };
}

/**
 * In a frame of the size that is drawn, which stretches what it holds: the SVG in its own size. So proportions may
 * change, and sizes are whole, whatever the root element says.
 */
function drawableSvg(file: Uint8Array, { source, oriented }: Plan): Uint8Array {
  const { width, height } = oriented;
  const inner = sanitised(file, { width: String(width), height: String(height), x: "0", y: "0" });
  const frame = `width="${source.width}" height="${source.height}" viewBox="0 0 ${width} ${height}"`;
  const start = `<svg xmlns="http://www.w3.org/2000/svg" ${frame} preserveAspectRatio="none">`;
  return new TextEncoder().encode(`${start}${inner}</svg>`);
}

function drawn(module: WebAssembly.Module, svg: Uint8Array, limits: DrawingLimits): Raster {
  try {
    return draw(module, svg, limits);
  } catch (error) {
    throw error instanceof DrawingError ? refusal(error) : error;
  }
}

function refusal(error: DrawingError): PictorError {
  const fix = "A smaller result, or a simpler drawing.";
  if (error.reason === "svg") {
    return new PictorError(
      "broken_image",
      { detail: "The SVG cannot be drawn." },
      { cause: error },
    );
  }
  const what = error.reason === "memory" ? "more memory than there is" : "more steps than it may";
  return new PictorError(
    "picture_too_large",
    { detail: `Drawing this SVG takes ${what}.`, fix },
    { cause: error },
  );
}

function* rowsOf({ width, height, data }: Raster): Generator<Uint8Array> {
  for (let y = 0; y < height; y++) {
    yield new Uint8Array(data.buffer, data.byteOffset + y * width * 4, width * 4);
  }
}

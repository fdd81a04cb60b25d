/** What the engine's module gets to convert colours with: numbers, made before the job begins. */
import {
  type Conversion,
  conversionOf,
  matrixNumbers,
  srgbTo,
} from "../../image/colour/conversion.ts";
import type { Plan } from "../../image/job.ts";
import { colourModuleBytes } from "../../image/memory-colour.ts";
import type { ConversionKind } from "../pictor/job-bytes.ts";

/**
 * Three 16-bit levels for each point of a grid. `limit`: most bytes of memory that the module may have. Nothing where
 * the profile is broken, or takes more than that.
 * @throws PictorError `over_capacity`
 */
export type ColourTable = (
  conversion: Extract<Conversion, { kind: "table" }>,
  limit: number,
) => Uint8Array | undefined;

export interface ColourNumbers {
  readonly conversion: ConversionKind;
  readonly numbers?: Uint8Array;
}

/** A broken profile counts as none, as in browsers: the samples are sRGB then. */
export function numbersFor(plan: Plan, colourTable: ColourTable): ColourNumbers {
  const conversion = conversionOf(plan);
  if (conversion === undefined) return { conversion: "none" };
  if (conversion.kind === "matrix") return byMatrix(conversion);
  const numbers = colourTable(conversion, colourModuleBytes(plan));
  if (numbers === undefined) return byMatrix(srgbTo(conversion.gamut));
  return { conversion: conversion.profile.space === "cmyk" ? "cmyk-table" : "rgb-table", numbers };
}

function byMatrix(conversion: Extract<Conversion, { kind: "matrix" }>): ColourNumbers {
  return { conversion: "matrix", numbers: matrixNumbers(conversion) };
}

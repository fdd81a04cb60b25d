/** The colours that wishes name are sRGB: what they are in the space of a result. */
import { levelsIn } from "./colour/conversion.ts";
import type { Colour, Effect, Gamut } from "./job.ts";

export function inGamut({ r, g, b, a }: Colour, gamut: Gamut = "srgb"): Colour {
  const [red, green, blue] = levelsIn(gamut, [r, g, b]);
  return { r: red, g: green, b: blue, a };
}

export function effectIn(effect: Effect, gamut: Gamut | undefined): Effect {
  if (effect.kind === "duotone") {
    const { kind, shadows, highlights } = effect;
    return { kind, shadows: inGamut(shadows, gamut), highlights: inGamut(highlights, gamut) };
  }
  return effect.kind === "tint" ? { ...effect, colour: inGamut(effect.colour, gamut) } : effect;
}

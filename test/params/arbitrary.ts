import fc from "fast-check";
import { ROWS } from "../../src/params/names.ts";
import type { ParamName, Wishes } from "../../src/params/table.ts";
import { PARAM_NAMES } from "../../src/params/table.ts";

const digits = (max: number) => fc.integer({ min: 0, max }).map(String);
const decimals = (max: number) =>
  fc
    .tuple(fc.integer({ min: 0, max }), fc.integer({ min: 0, max: 9999 }))
    .map(([whole, part]) => (part === 0 ? `${whole}` : `${whole}.${part}`));

/** `draw`, with any of its options, in any order. */
function overlays(): fc.Arbitrary<string> {
  const offset = fc.integer({ min: -9000, max: 9000 });
  const option = fc.oneof(
    fc.constantFrom("gravity:top-left", "gravity:southeast", "gravity:center", "repeat:x"),
    fc.constantFrom("repeat:true", "blend:multiply", "blend:burn", "blend:normal", "repeat:false"),
    fc.constantFrom("width:1", "width:1.0", "width:8192", "opacity:0", "opacity:1", "x:-0"),
    fc.tuple(fc.constantFrom("x", "y"), offset).map((pair) => pair.join(":")),
    decimals(1).map((width) => `width:${width}`),
    decimals(1).map((opacity) => `opacity:${opacity}`),
  );
  const key = fc.constantFrom(
    "logo.png",
    "/a/b c.png",
    "100%25%2C%20.png",
    "https://a.example/x?y,",
  );
  const all = fc.uniqueArray(option, { maxLength: 5, selector: (text) => text.split(":")[0] });
  return fc.tuple(key, all).map(([first, rest]) => [first, ...rest].join(","));
}

/** Texts that are often valid for some parameter: the table's own examples and the shapes of every kind. */
const texts = fc.oneof(
  digits(9000),
  decimals(12),
  fc.constantFrom(...PARAM_NAMES.map((name) => ROWS[name].example)),
  fc.constantFrom("true", "false", "1", "0", "h", "v", "hv", "90", "270", "444", "transparent", ""),
  fc.constantFrom(
    "cover",
    "pad",
    "squeeze",
    "aspect-crop",
    "crop",
    "contain",
    "north",
    "bottom-right",
  ),
  fc.tuple(decimals(1), decimals(1)).map((pair) => pair.join("x")),
  fc.tuple(digits(99), digits(99)).map((pair) => pair.join(":")),
  fc
    .array(fc.oneof(digits(500), decimals(1)), { minLength: 4, maxLength: 4 })
    .map((n) => n.join(",")),
  overlays(),
  fc.stringMatching(/^[0-9a-f]{6}([0-9a-f]{2})?$/),
  fc.string({ unit: "grapheme", maxLength: 20 }),
);

/** A valid value of the parameter, as text. */
export const valueText = (name: ParamName): fc.Arbitrary<string> =>
  texts.filter((text) => ROWS[name].kind.parse(text) !== undefined);

/** Of what may repeat there are one to as many as there may be. */
function valueTexts(name: ParamName): fc.Arbitrary<readonly string[]> {
  return fc.array(valueText(name), { minLength: 1, maxLength: ROWS[name].most ?? 1 });
}

function valueFrom(name: ParamName, texts: readonly string[]): unknown {
  const { kind, most } = ROWS[name];
  const values = texts.map((text) => kind.parse(text));
  return most === undefined ? values[0] : values;
}

/** Random wishes over the parameters given, each present or not. */
export function wishes(names: readonly ParamName[] = PARAM_NAMES): fc.Arbitrary<Wishes> {
  return fc
    .record(Object.fromEntries(names.map((name) => [name, valueTexts(name)])), { requiredKeys: [] })
    .map((record) =>
      Object.fromEntries(
        Object.entries(record).map(([name, values]) => [
          name,
          valueFrom(name as ParamName, values as readonly string[]),
        ]),
      ),
    ) as fc.Arbitrary<Wishes>;
}

/** jSquash's modules by name. */

export const MODULE_NAMES = [
  "avifDecode",
  "avifEncode",
  "jpegDecode",
  "jpegEncode",
  "jxlEncode",
  "png",
  "webpDecode",
  "webpEncode",
] as const;
export type ModuleName = (typeof MODULE_NAMES)[number];
export type JsquashModules = Readonly<Record<ModuleName, WebAssembly.Module>>;

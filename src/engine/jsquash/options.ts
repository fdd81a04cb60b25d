import type { Output } from "../../image/job.ts";

/** What jSquash's encoders take; every field must be there. */
type Options = Readonly<Record<string, number | boolean>>;

/** mozjpeg. `chroma_subsample` is the sampling factor of luma: 2 is 4:2:0, 1 is 4:4:4. Extra passes are off. */
export function jpegOptions({ quality, progressive, chroma }: Output): Options {
  return {
    quality,
    baseline: !progressive,
    progressive,
    arithmetic: false,
    optimize_coding: true,
    smoothing: 0,
    color_space: 3, // YCbCr
    quant_table: 3, // mozjpeg's own default
    trellis_multipass: false,
    trellis_opt_zero: false,
    trellis_opt_table: false,
    trellis_loops: 1,
    auto_subsample: false,
    chroma_subsample: chroma === "420" ? 2 : 1,
    separate_chroma_quality: false,
    chroma_quality: quality,
  };
}

/** Lossless WebP takes `quality` as effort; method 0 and little effort keep its memory within bounds. */
const LOSSLESS_EFFORT = 20;

/** libwebp's `WebPConfig`. WebP's lossy chroma is always 4:2:0; 444 asks for the sharper conversion. */
export function webpOptions({ quality, lossless, chroma }: Output): Options {
  return {
    quality: lossless ? LOSSLESS_EFFORT : quality,
    lossless: lossless ? 1 : 0,
    method: lossless ? 0 : 4,
    target_size: 0,
    target_PSNR: 0,
    sns_strength: 50,
    filter_strength: 60,
    filter_sharpness: 0,
    filter_type: 1,
    partitions: 0,
    segments: 4,
    pass: 1,
    show_compressed: 0,
    preprocessing: 0,
    autofilter: 0,
    partition_limit: 0,
    alpha_compression: 1,
    alpha_filtering: 1,
    alpha_quality: 100,
    exact: 0,
    image_hint: 0,
    emulate_jpeg_size: 0,
    thread_level: 0,
    low_memory: 0,
    near_lossless: 100,
    use_delta_palette: 0,
    use_sharp_yuv: chroma === "444" && !lossless ? 1 : 0,
  };
}

/** libaom's speed, 0–10. At 9, one thread needs about 0.2 s a megapixel; 8 takes twice that for little gain. */
const AVIF_SPEED = 9;

/** libavif. `subsample`: 1 is 4:2:0, 3 is 4:4:4. `quality` is libavif's own scale of 0–100. */
export function avifOptions({ quality, lossless, chroma }: Output): Options {
  return {
    quality: lossless ? 100 : quality,
    qualityAlpha: -1,
    denoiseLevel: 0,
    tileColsLog2: 0,
    tileRowsLog2: 0,
    speed: AVIF_SPEED,
    subsample: lossless || chroma === "444" ? 3 : 1,
    chromaDeltaQ: false,
    sharpness: 0,
    tune: 0,
    enableSharpYUV: false,
    bitDepth: 8,
    lossless,
  };
}

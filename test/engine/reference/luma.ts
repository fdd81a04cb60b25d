/** Rec. 709 luma weights; ops use them on sRGB-coded values. */
export const LUMA_R = 0.2126;
export const LUMA_G = 0.7152;
export const LUMA_B = 0.0722;

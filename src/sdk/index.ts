/** What an application imports: URLs of transforms, and their signatures. */
export { PictorError } from "../errors.ts";
export type { PictureInfo } from "./info.ts";
export { signUrl } from "./sign.ts";
export { buildInfoUrl, buildSrcset, buildUrl, type UrlParams } from "./url.ts";
export {
  type SignatureDirectory,
  VerificationError,
  type VerificationFailure,
  type Verified,
  type VerifyOptions,
  verifyResponse,
} from "./verify.ts";

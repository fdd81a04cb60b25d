import { env } from "cloudflare:test";
import { sweepContract } from "../contracts/sweep.ts";

const { VARIANTS } = env as unknown as { VARIANTS: R2Bucket };

sweepContract("R2", async () => {
  const { objects } = await VARIANTS.list();
  await VARIANTS.delete(objects.map(({ key }) => key));
  return VARIANTS;
});

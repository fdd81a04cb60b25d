/** A process that scores results; `scorers.ts` starts it. */
import { psnr } from "./psnr.ts";
import { decoded, type Picture } from "./reference.ts";
import { ssimulacra2 } from "./ssimulacra2.ts";

export interface Job {
  readonly id: number;
  readonly reference: Picture;
  readonly file: Uint8Array;
}

export interface Score {
  readonly psnr: number;
  readonly ssimulacra2: number;
}

export type Answer = { readonly id: number } & (
  | { readonly score: Score }
  | { readonly error: string }
);

process.on("message", async ({ id, reference, file }: Job) => {
  process.send!(await answer(id, reference, file));
});

async function answer(id: number, reference: Picture, file: Uint8Array): Promise<Answer> {
  try {
    const result = await decoded(file);
    const score = { psnr: psnr(reference, result), ssimulacra2: ssimulacra2(reference, result) };
    return { id, score };
  } catch (error) {
    return { id, error: String(error) };
  }
}

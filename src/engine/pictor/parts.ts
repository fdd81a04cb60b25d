/** A file as it leaves the module: whole, or an animation part after part, then what belongs in front of them. */
import { PictorError } from "../../errors.ts";
import type { Plan } from "../../image/job.ts";
import { joined } from "../../image/joined.ts";
import { animationFileBytes } from "../../image/memory-pictor-frames.ts";

export interface Parts {
  /** Throws output_too_large (413) beyond what the plan has room for. */
  readonly take: (part: Uint8Array<ArrayBuffer>) => void;
  readonly joined: (head: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
}

export function createParts(plan: Plan): Parts {
  const most = animationFileBytes(plan);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  return {
    take(part) {
      length += part.length;
      if (length > most) throw tooLong(most);
      parts.push(part);
    },
    joined(head) {
      return parts.length === 0 ? head : joined([head, ...parts.splice(0)]);
    },
  };
}

function tooLong(most: number): PictorError {
  return new PictorError("output_too_large", {
    detail: "The animation becomes longer than a request may make it.",
    expected: `at most ${Math.floor(most / 2 ** 20)} MiB`,
    fix: "A smaller width or quality, or anim=false.",
  });
}

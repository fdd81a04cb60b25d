import { describe, expect, it } from "vitest";
import { reprDigest } from "../../src/http/repr-digest.ts";

describe("Repr-Digest", () => {
  it.each([
    // RFC 9530 appendix B.1; the content ends with a line feed.
    ['{"hello": "world"}\n', "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"],
    // RFC 9530 appendix B.2: no content at all.
    ["", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"],
  ])("of %j is that of RFC 9530", async (content, digest) => {
    expect(await reprDigest(new TextEncoder().encode(content))).toBe(digest);
  });

  it("covers a view, not the buffer behind it", async () => {
    const bytes = new TextEncoder().encode('xx{"hello": "world"}\nxx').subarray(2, -2);
    expect(await reprDigest(bytes)).toBe("sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
  });
});

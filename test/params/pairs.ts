import type { QueryPairs } from "../../src/params/parse.ts";

/** Query text as decoded pairs; for tests that are not about URL syntax. */
export function pairsOf(query: string): QueryPairs {
  return query
    .split("&")
    .filter((piece) => piece !== "")
    .map((piece) => {
      const [name = "", ...value] = piece.split("=");
      return [decodeURIComponent(name), decodeURIComponent(value.join("="))] as const;
    });
}

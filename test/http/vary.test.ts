import { expect, it } from "vitest";
import { vary } from "../../src/http/vary.ts";

it("names each negotiated header once, in one order", () => {
  expect(vary(["Save-Data", "Accept", "Origin", "Accept"])).toBe("Accept, Origin, Save-Data");
  expect(vary(["Origin", "Accept", "Save-Data"])).toBe("Accept, Origin, Save-Data");
  expect(vary(new Set(["Width", "DPR", "Sec-CH-DPR"] as const))).toBe("DPR, Sec-CH-DPR, Width");
});

it("is absent when nothing was negotiated", () => {
  expect(vary([])).toBeUndefined();
});

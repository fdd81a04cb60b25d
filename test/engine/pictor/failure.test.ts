import { describe, expect, it } from "vitest";
import { asPictorError, EngineFailure, FAILURES } from "../../../src/engine/pictor/failure.ts";
import { constants, header } from "./c-header.ts";

describe("a failure of the module", () => {
  it("has a code in failure.h, and every code there has its error", () => {
    const codes = Object.fromEntries(
      Object.entries(FAILURES).map(([name, { code }]) => [name, code]),
    );
    const named = Object.entries(constants(header("failure.h")));
    expect(codes).toEqual(Object.fromEntries(named.filter(([name]) => name.startsWith("FAIL_"))));
  });

  it.each([
    ["FAIL_BROKEN", 422],
    ["FAIL_UNSUPPORTED", 415],
    ["FAIL_MEMORY", 413],
    ["FAIL_MISMATCH", 422],
    ["FAIL_INTERNAL", 500],
  ])("%s is a %i", (name, status) => {
    const error = asPictorError(new EngineFailure(FAILURES[name]!.code, "a marker is missing"));
    expect(error.status).toBe(status);
    if (status !== 500) expect(error.info.detail).toBe("A marker is missing.");
    else expect(error.info.detail).toBeUndefined();
  });

  it("with a code that nobody knows is a mistake of ours", () => {
    expect(asPictorError(new EngineFailure(77, "x")).code).toBe("internal");
  });

  it("that is a trap says that the picture is broken, and keeps the trap for the log", () => {
    const trap = new WebAssembly.RuntimeError("unreachable");
    const error = asPictorError(trap);
    expect(error.code).toBe("broken_image");
    expect(error.cause).toBe(trap);
    expect(error.message).not.toContain("unreachable");
  });
});

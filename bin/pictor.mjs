#!/usr/bin/env node
// The sources are TypeScript and Node 20 cannot read it by itself; tsx can, without a build step.
import { register } from "tsx/esm/api";

register();
const { main } = await import("../src/cli/main.ts");
process.exitCode = await main(process.argv.slice(2));

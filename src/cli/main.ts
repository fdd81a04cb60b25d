/** `pictor <command>`: finds the command, loads its file only then, and turns failures into one clear message. */
import { CliError } from "./failure.ts";

/** Takes what follows its name, and returns the exit code. */
export type Command = (args: string[]) => number | Promise<number>;

interface Entry {
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  start: {
    usage: "start [folder]",
    summary: "serve the sample pictures, or those of a folder, on http://127.0.0.1:8787",
    load: async () => (await import("./start.ts")).start,
  },
  sign: {
    usage: "sign <url>",
    summary: "sign a URL",
    load: async () => (await import("./sign.ts")).sign,
  },
  keys: {
    usage: "keys response",
    summary: "make a key that signs answers",
    load: async () => (await import("./keys.ts")).keys,
  },
  purge: {
    usage: "purge",
    summary: "purge pictures from the caches of a deployment",
    load: async () => (await import("./purge.ts")).purge,
  },
  check: {
    usage: "check",
    summary: "validate pictor.config.ts",
    load: async () => (await import("./check.ts")).check,
  },
  rules: {
    usage: "rules <what>",
    summary: "check the cache rules, or explain which one a URL comes under",
    load: async () => (await import("./rules.ts")).rules,
  },
  docs: {
    usage: "docs [--check]",
    summary: "write the generated pages of docs/ (--pictures: and the examples'), or check them",
    load: async () => (await import("./docs.ts")).docs,
  },
  size: {
    usage: "size",
    summary: "measure the bundle that a deployment uploads",
    load: async () => (await import("./size.ts")).size,
  },
  corpus: {
    usage: "corpus [--check]",
    summary: "run the corpus of real and hostile pictures, and print a table of outcomes",
    load: async () => (await import("./corpus.ts")).corpus,
  },
};

function help(): string {
  const lines = Object.values(COMMANDS).map(
    ({ usage, summary }) => `  pictor ${usage.padEnd(16)} ${summary}`,
  );
  return ["Usage:", ...lines].join("\n");
}

/** Runs one command line and returns the exit code: 0 done, 1 failed, 2 not understood. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    console.log(help());
    return name === undefined ? 2 : 0;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) {
    console.error(`There is no command "${name}".\n\n${help()}`);
    return 2;
  }
  try {
    const command = await entry.load();
    return await command(rest);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    console.error(error.message);
    return 1;
  }
}

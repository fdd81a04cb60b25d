/** Shows how far a count has come: one line that is written over on a terminal, a line now and then elsewhere. */
export interface Progress {
  update(done: number, total: number): void;
  end(): void;
}

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Silent below this many; loading those takes no time. */
const SILENT_BELOW = 50;
const LINE_EACH = 250;

export function createProgress(label: string, output: Output, clock: () => number): Progress {
  let shown = 0;
  let open = false;
  const text = (done: number, total: number) => `${label} ${done} of ${total}`;
  return {
    update(done, total) {
      if (total < SILENT_BELOW) return;
      if (!output.isTTY) {
        if (done % LINE_EACH === 0 || done === total) output.write(`${text(done, total)}\n`);
        return;
      }
      const now = clock();
      if (now - shown < 80 && done !== total) return;
      shown = now;
      open = true;
      output.write(`\r\x1b[2K${text(done, total)}`);
    },
    end() {
      if (open) output.write("\r\x1b[2K");
      open = false;
    },
  };
}

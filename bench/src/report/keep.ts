/** The part of a page that people write: it lies between two marks, and a new run keeps it. */

const START = "<!-- notes: kept by `npm run bench` -->";
const END = "<!-- end of notes -->";

/** The old page's notes, or `fallback`, between the marks. */
export function kept(old: string | undefined, fallback: string): string {
  const start = old?.indexOf(START) ?? -1;
  const end = old?.indexOf(END) ?? -1;
  const isMarked = old !== undefined && start >= 0 && end > start;
  const notes = isMarked ? old.slice(start + START.length, end).trim() : fallback;
  return `${START}\n\n${notes}\n\n${END}`;
}

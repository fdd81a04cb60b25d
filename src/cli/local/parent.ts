/**
 * Under npm the service ends when npm does. npm hands SIGTERM to the `sh` that runs a script, and many a `sh` dies of it
 * without passing it on: the service would stay behind, with its port taken. What it can see is that its parent is
 * another one.
 *
 * Only under npm (`npm start`, `npx pictor start`), which says so in `npm_lifecycle_event`. A service that somebody
 * starts by hand and leaves to itself (`setsid node bin/pictor.mjs start &`) is meant to outlive the shell it came from.
 * `setsid npm start &` works as well: npm itself stays, and so does the parent.
 */

const EVERY_MS = 500;

export interface ParentWatch {
  release(): void;
}

/**
 * Calls `onGone` once, at most about 500 ms after the parent has ended. Below process 1 there is nothing to watch: when
 * that ends (a container's npm), everything does. On Windows a parent never changes, so nothing happens.
 */
export function watchParent(onGone: () => void): ParentWatch {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined || parent === 1) return { release() {} };
  const timer = setInterval(() => {
    // Not "became 1": orphans may go to a nearer process that collects them.
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, EVERY_MS);
  timer.unref();
  return { release: () => clearInterval(timer) };
}

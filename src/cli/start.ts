/** `pictor start [folder]`: the whole service on this machine, with a folder's pictures in its bucket. */
import { join, resolve } from "node:path";
import { CliError } from "./failure.ts";
import { type Bundle, bundleWorker } from "./local/bundle.ts";
import { assertConfiguration } from "./local/configuration.ts";
import { guardRuntime } from "./local/guard.ts";
import { lockState } from "./local/lock.ts";
import { measure } from "./local/measure.ts";
import { SAMPLES, stateDirectory } from "./local/paths.ts";
import { findPictures, type PictureFile } from "./local/pictures.ts";
import { assertPortFree, portTaken } from "./local/port.ts";
import { createProgress } from "./local/progress.ts";
import { type SeedResult, seed } from "./local/seed.ts";
import { type Service, startService } from "./local/service.ts";
import { readSettings, type Settings } from "./local/settings.ts";
import { catchSignals, type Signals } from "./local/signals.ts";
import { keepVariantsFresh } from "./local/variants.ts";
import { welcome } from "./local/welcome.ts";

/** Everything that can be refused is refused before any work is done. */
export async function start(args: readonly string[]): Promise<number> {
  const folder = readFolder(args, process.env);
  const settings = readSettings(process.env);
  await assertPortFree(settings.port);
  assertConfiguration(settings.bindings);
  const pictures = await picturesOf(folder);

  const signals = catchSignals();
  try {
    await serve(folder, pictures, settings, signals);
  } catch (error) {
    // Whatever a signal interrupted ends with an error; that is how it was told to stop.
    if (!signals.signal.aborted) throw error;
  } finally {
    signals.release();
  }
  return 0;
}

/** Comes back when a signal has stopped it. */
async function serve(
  folder: string,
  pictures: readonly PictureFile[],
  settings: Settings,
  signals: Signals,
): Promise<void> {
  const state = stateDirectory(folder);
  const lock = await lockState(state, folder);
  try {
    const bundle = await bundleWorker({ signal: signals.signal });
    const service = await open(settings, state, bundle);
    signals.keepOnlyOurs();
    const guard = await guardRuntime();
    try {
      const changes = await load(service, pictures, bundle, state, signals.signal);
      const signing = settings.bindings.SIGNING ?? "required";
      console.log(welcome({ url: service.url, folder, pictures, changes, signing }));
      await signals.stopped;
    } finally {
      await close(service);
      guard.release();
    }
  } finally {
    await lock.release();
  }
}

async function picturesOf(folder: string): Promise<readonly PictureFile[]> {
  const { pictures, skipped } = await findPictures(folder);
  for (const { path, reason } of skipped) console.error(`Skipped ${path}: ${reason}.`);
  if (pictures.length === 0) throw new CliError(`There are no pictures in "${folder}".`);
  return pictures;
}

async function open(settings: Settings, state: string, bundle: Bundle): Promise<Service> {
  try {
    return await startService({
      port: settings.port,
      bindings: settings.bindings,
      persist: join(state, "r2"),
      bundle,
      onLine: (line) => console.error(line),
    });
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_ADDRESS_IN_USE") throw error;
    throw await portTaken(settings.port);
  }
}

async function load(
  service: Service,
  pictures: readonly PictureFile[],
  bundle: Bundle,
  state: string,
  signal: AbortSignal,
): Promise<SeedResult> {
  const progress = createProgress("Loading pictures:", process.stdout, Date.now);
  try {
    return await keepVariantsFresh(
      await service.bucket("VARIANTS"),
      { state, fingerprint: bundle.fingerprint },
      async () =>
        seed(await service.bucket("ORIGINALS"), pictures, {
          state,
          signal,
          measure,
          onProgress: progress.update,
        }),
    );
  } finally {
    progress.end();
  }
}

/** Closing waits for what runs; past 5 s the runtime is killed by Miniflare's own exit listener instead. */
async function close(service: Service): Promise<void> {
  const late = setTimeout(() => process.exit(0), 5000);
  await service.dispose().catch(() => {});
  clearTimeout(late);
}

/** `npm start` runs in the checkout, and says in INIT_CWD where the person stood. */
function readFolder(args: readonly string[], environment: NodeJS.ProcessEnv): string {
  if (args.length > 1 || args[0]?.startsWith("-")) {
    throw new CliError("Usage: npm start [-- <folder>]");
  }
  if (args[0] === undefined) return SAMPLES;
  const here = environment.npm_lifecycle_event === "start" ? environment.INIT_CWD : undefined;
  return resolve(here ?? process.cwd(), args[0]);
}

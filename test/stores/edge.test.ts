import { edgeCacheContract } from "../contracts/edge-cache.ts";
import { cacheApiWorld, createClock, workersCacheWorld } from "../contracts/edge-worlds.ts";
import { createFakeCache } from "../stand-ins/cache.ts";

edgeCacheContract("the Cache API", async () => {
  const clock = createClock();
  return cacheApiWorld(createFakeCache(clock.now), clock);
});

edgeCacheContract("Workers Cache", async () => workersCacheWorld(createClock(), 1_000));

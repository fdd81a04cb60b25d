/** The process of the ipx server: `ipx serve` over a folder, and what it took so far, in ms, at `/cpu`. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createIPX, createIPXNodeServer, ipxFSStorage } from "ipx";
import { ownCpu } from "../clock.ts";

const dir = process.argv[2]!;
// Without it, ipx leaves pictures lying as the camera held them.
const sharpOptions = { autoOrient: true };
const ipx = createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir }), sharpOptions }));
const server = createServer((request, response) => {
  if (request.url === "/cpu") response.end(String(ownCpu()));
  else ipx(request, response);
});
// The client keeps its connection, too, while the others have their turns.
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());

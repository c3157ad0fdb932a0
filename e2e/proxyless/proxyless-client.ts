// A gRPC client that finds its servers over xDS, as a process of its own: the client reads its
// bootstrap from the environment, once. Calls TARGET without end and prints, a line a call, who
// answered or what failed, as JSON. Ends at the end of its input.
import { setTimeout as delay } from "node:timers/promises";
import { Client, credentials } from "@grpc/grpc-js";
import { register } from "@grpc/grpc-js-xds";
import { WHO } from "./named-server.ts";

const PAUSE_MS = 5;
/** A call that is answered late is no failure; one that hangs is. */
const DEADLINE_MS = 60_000;
const [target = ""] = process.argv.slice(2);

register();
const client = new Client(target, credentials.createInsecure());
process.stdin.resume();

while (!process.stdin.readableEnded) {
  const line = await who().then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error: String(error) }),
  );
  console.log(JSON.stringify(line));
  await delay(PAUSE_MS);
}
client.close();
// The stream of its load reports stays open, and the process with it.
process.exit();

function who(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const asIs = (bytes: Buffer): Buffer => bytes;
  const options = { deadline: Date.now() + DEADLINE_MS };
  client.makeUnaryRequest(WHO, asIs, asIs, Buffer.alloc(0), options, (error, answer) => {
    if (error === null) resolve(answer?.toString() ?? "");
    else reject(error);
  });
  return promise;
}

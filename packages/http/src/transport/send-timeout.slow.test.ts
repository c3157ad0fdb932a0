import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { PROJECT, startExample } from "../testing/example-service.ts";
import { exchangeBytes } from "../testing/raw-client.ts";

const LIST = "GET /api/v2/notes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer all\r\n\r\n";
const VERSION = "GET /api/version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/** Far more than the system's buffers of a loopback connection take. */
const TEXT = "x".repeat(10_000);
const NOTES = 4_000;

test("a caller that leaves a long answer unread loses its connection", async (t) => {
  const { server, services } = startExample({
    limits: { connections: 1, sendTimeoutMs: 1, requestTimeoutMs: 100 },
    checkResponses: "off",
  });
  t.after(() => server.close());
  for (let n = 0; n < NOTES; n++) {
    services.notes.set(`${n}`, { id: `${n}`, projectId: PROJECT, text: TEXT, labels: [] });
  }
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const caller = connect({ port, host: "127.0.0.1" });
  t.after(() => caller.destroy());
  caller.on("error", () => {});
  caller.write(LIST);
  await once(caller, "readable");
  // There is room for one connection: another caller is answered when that one is gone.
  let answer = "";
  while (answer === "") answer = await exchangeBytes(port, VERSION);
  assert.match(answer, /^HTTP\/1\.1 200 /);
});

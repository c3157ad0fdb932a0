import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it } from "node:test";
import fc from "fast-check";
import { startApi } from "./testing/api.ts";
import { createNetwork, createServer, networkBody } from "./testing/bodies.ts";

// What `inject` hides: request lines, framing, pipelining and the limits of the parser. fuzz.slow
// covers what is in a request; here it is how its bytes arrive.

const ROUNDS = 4;
const EXCHANGES_A_ROUND = 500;

/** Everything that a request of these paths may be answered with, the parser's refusals too. */
const POSSIBLE = new Set([
  100, 200, 201, 202, 204, 400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 422, 431,
]);

describe("any bytes on a socket", () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    it(`are answered as HTTP or not at all, seed ${seed}`, async (t) => {
      const api = await startApi(t);
      const serverId = await createServer(api, await createNetwork(api));
      const { port } = await api.server.listen({ host: "127.0.0.1", port: 0 });
      const seen = new Map<number, number>();
      const property = fc.asyncProperty(bytesArbitrary(serverId), async (chunks) => {
        for (const status of statusesOf(await exchange(port, chunks))) {
          assert(POSSIBLE.has(status), `${status} for ${JSON.stringify(chunks)}`);
          seen.set(status, (seen.get(status) ?? 0) + 1);
        }
      });
      await fc.assert(property, { seed, numRuns: EXCHANGES_A_ROUND, endOnFailure: true });
      for (const status of [200, 400, 404, 405, 431]) assert(seen.has(status), `${status} is seen`);
    });
  }

  it("are the requests that they say they are, however they are cut and pipelined", async (t) => {
    const api = await startApi(t);
    const serverId = await createServer(api, await createNetwork(api));
    const { port } = await api.server.listen({ host: "127.0.0.1", port: 0 });
    const sound = soundRequests(serverId);
    const sequence = fc.array(fc.constantFrom(...sound), { maxLength: 8 });
    const property = fc.asyncProperty(sequence, cutsArbitrary(), async (requests, cuts) => {
      const last = "GET /api/version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
      const bytes = [...requests.map(({ bytes }) => bytes), last].join("");
      const received = await exchange(port, cut(bytes, cuts), "wait");
      const expected = [...requests.map(({ status }) => status), 401];
      assert.deepEqual(statusesOf(received), expected);
    });
    await fc.assert(property, { seed: 5, numRuns: EXCHANGES_A_ROUND, endOnFailure: true });
  });
});

/** One connection: several requests, pipelined, cut into chunks anywhere. */
function bytesArbitrary(serverId: string): fc.Arbitrary<readonly string[]> {
  const sound = fc.constantFrom(...soundRequests(serverId).map(({ bytes }) => bytes));
  const odd = requestArbitrary(serverId);
  const requests = fc.array(fc.oneof(sound, odd), { minLength: 1, maxLength: 4 });
  return fc
    .tuple(requests, cutsArbitrary(), damageArbitrary())
    .map(([parts, cuts, damage]) => cut(damage(parts.join("")), cuts));
}

const cutsArbitrary = (): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.nat({ max: 2_000 }), { maxLength: 4 });

function cut(bytes: string, cuts: readonly number[]): readonly string[] {
  const places = [0, ...cuts.filter((place) => place < bytes.length).sort((a, b) => a - b)];
  return places.map((place, index) => bytes.slice(place, places[index + 1]));
}

interface SoundRequest {
  readonly bytes: string;
  readonly status: number;
}

/** Requests that are carried out. */
function soundRequests(serverId: string): readonly SoundRequest[] {
  const head = "HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer admin\r\n";
  const body = JSON.stringify(networkBody());
  const post = `POST /api/v2/networks ${head}`;
  const size = body.length.toString(16);
  const chunked = `Transfer-Encoding: chunked\r\n\r\n${size}\r\n${body}\r\n0\r\n\r\n`;
  return [
    { bytes: `GET /api/v2/servers/${serverId} ${head}\r\n`, status: 200 },
    { bytes: `${post}Content-Length: ${body.length}\r\n\r\n${body}`, status: 201 },
    { bytes: `${post}${chunked}`, status: 201 },
  ];
}

function requestArbitrary(serverId: string): fc.Arbitrary<string> {
  const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "get");
  const target = fc.constantFrom(
    "/api/v2/servers",
    `/api/v2/servers/${serverId}`,
    "/api/v2/networks",
    "/api/v2/networks?limit=1&limit=2",
    "/api/v2/%2e%2e/servers",
    "//api/v2/servers",
    "http://elsewhere.example/api/v2/servers",
    "*",
    "",
    `/${"x".repeat(9_000)}`,
  );
  const version = fc.oneof(
    { arbitrary: fc.constant("HTTP/1.1"), weight: 8 },
    { arbitrary: fc.constantFrom("HTTP/1.0", "HTTP/2.0", "HTTP/1.1 x"), weight: 1 },
  );
  const extra = fc.constantFrom(
    "",
    "",
    "Connection: close\r\n",
    "Expect: 100-continue\r\n",
    "Upgrade: websocket\r\nConnection: Upgrade\r\n",
    `X-Large: ${"y".repeat(20_000)}\r\n`,
    "Content-Encoding: gzip\r\n",
    " folded: value\r\n",
    "No-Colon\r\n",
  );
  return fc
    .record({ method, target, version, extra, framed: bodyArbitrary() })
    .map(
      ({ method, target, version, extra, framed }) =>
        `${method} ${target} ${version}\r\nHost: a\r\nAuthorization: Bearer admin\r\n${extra}${framed}`,
    );
}

/** The end of the headers and a body, framed in ways that fit and ways that do not. */
function bodyArbitrary(): fc.Arbitrary<string> {
  const body = JSON.stringify(networkBody());
  const chunked = (size: string, end = "0\r\n\r\n") =>
    `Transfer-Encoding: chunked\r\n\r\n${size}\r\n${body}\r\n${end}`;
  return fc.constantFrom(
    "\r\n",
    "\r\n",
    `Content-Length: ${body.length}\r\n\r\n${body}`,
    `Content-Length: ${body.length - 5}\r\n\r\n${body}`,
    `Content-Length: -1\r\n\r\n${body}`,
    `Content-Length: 1\r\nContent-Length: 2\r\n\r\n${body}`,
    `Content-Length: 3\r\n${chunked(body.length.toString(16))}`,
    chunked(body.length.toString(16)),
    chunked(`${body.length.toString(16)};extension=1`),
    chunked("zz"),
    chunked("2"),
    chunked("ffffffffffffffffff"),
    `Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  );
}

/** Now and then one byte is changed, or the end is missing. */
function damageArbitrary(): fc.Arbitrary<(bytes: string) => string> {
  const none = fc.constant((bytes: string) => bytes);
  const changed = fc.tuple(fc.nat(), fc.nat({ max: 255 })).map(([at, byte]) => (bytes: string) => {
    const place = at % bytes.length;
    return bytes.slice(0, place) + String.fromCharCode(byte) + bytes.slice(place + 1);
  });
  const cut = fc.nat().map((at) => (bytes: string) => bytes.slice(0, at % bytes.length));
  return fc.oneof(
    { arbitrary: none, weight: 4 },
    { arbitrary: changed, weight: 2 },
    { arbitrary: cut, weight: 1 },
  );
}

/** Sends the chunks, hangs up or waits for the server to; answers all that comes back. */
async function exchange(
  port: number,
  chunks: readonly string[],
  then: "hang up" | "wait" = "hang up",
): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.setEncoding("latin1").on("data", (text: string) => {
    received += text;
  });
  // A peer that refuses hangs up while we still write.
  socket.on("error", () => {});
  for (const chunk of chunks) socket.write(Buffer.from(chunk, "latin1"));
  if (then === "hang up") socket.end();
  await once(socket, "close");
  return received;
}

/** The statuses of all answers; text in between that is no body of ours fails. */
function statusesOf(received: string): readonly number[] {
  if (received !== "") assert.match(received, /^HTTP\/1\.1 \d{3} /);
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import fc from "fast-check";
import { createCallerReader } from "./caller.ts";

function arrival(remoteAddress: string, headers: Record<string, string>): IncomingMessage {
  return { headers, httpVersion: "1.1", socket: { remoteAddress } } as unknown as IncomingMessage;
}

test("without trusted proxies, forwarding headers mean nothing", () => {
  const read = createCallerReader([]);
  const headers = {
    host: "a.example:6080",
    "x-forwarded-for": "192.0.2.1",
    "x-forwarded-proto": "https",
  };
  assert.deepEqual(read(arrival("::ffff:10.0.0.1", headers)), {
    address: "10.0.0.1",
    scheme: "http",
    authority: "a.example:6080",
    viaProxy: false,
  });
});

test("behind trusted proxies, the last foreign hop is the caller", () => {
  const read = createCallerReader(["10.0.0.0/8", "2001:db8::/32"]);
  const headers = {
    host: "internal",
    "x-forwarded-for": "203.0.113.5, 192.0.2.1, 10.0.0.2, 2001:db8::7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "api.example",
  };
  assert.deepEqual(read(arrival("10.0.0.1", headers)), {
    address: "192.0.2.1",
    scheme: "https",
    authority: "api.example",
    viaProxy: true,
  });
  assert.equal(
    read(arrival("10.0.0.1", { host: "h", "x-forwarded-for": "nonsense" })).address,
    "10.0.0.1",
  );
});

test("what is not an authority never becomes part of an origin", () => {
  const read = createCallerReader([]);
  for (const host of ["", "a b", "a/b", "a@b", 'a"b', "[::1", "a:99999999", "ä"]) {
    assert.equal(read(arrival("127.0.0.1", { host })).authority, undefined, host);
  }
  for (const host of ["localhost", "a.b-c:80", "[::1]:6080", "127.0.0.1"]) {
    assert.equal(read(arrival("127.0.0.1", { host })).authority, host);
  }
});

test("no header upsets the reader", () => {
  const read = createCallerReader(["127.0.0.1"]);
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (forwarded, proto, host) => {
      const headers = {
        "x-forwarded-for": forwarded,
        "x-forwarded-proto": proto,
        "x-forwarded-host": host,
        host,
      };
      const caller = read(arrival("127.0.0.1", headers));
      assert.match(caller.scheme, /^https?$/);
      assert.doesNotMatch(caller.authority ?? "", /[\s/@"]/);
    }),
    { seed: 3 },
  );
});

test("a proxy that is no address is refused at start-up", () => {
  assert.throws(() => createCallerReader(["nonsense"]), /neither an address nor a prefix/);
  assert.throws(() => createCallerReader(["10.0.0.0/99"]));
});

import assert from "node:assert/strict";
import { it } from "node:test";
import { Peer } from "@signalbox/grpc";
import { LinearCache } from "../cache/linear-cache.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { heapInUse } from "../testing/heap-in-use.ts";
import { XdsServer } from "./xds-server.ts";

const POLLS = 40_000;
const AT_A_TIME = 200;
const PEER = new Peer({
  address: "127.0.0.1",
  port: 1,
  isTls: false,
  isAuthorized: false,
  x509: undefined,
});

it(`${POLLS} polls that are held, and nothing stays of them`, async (t) => {
  const cache = new LinearCache(TYPE_URLS.cluster, { resources: [] });
  const xds = new XdsServer({ cache });
  t.after(() => xds.close());
  // Timers of the server do not keep a process alive.
  const alive = setInterval(() => {}, 1000);
  t.after(() => clearInterval(alive));
  const poll = async (): Promise<void> => {
    const { kind } = await xds.poll(
      {
        node: undefined,
        typeUrl: TYPE_URLS.cluster,
        versionInfo: cache.version,
        resourceNames: [],
        responseNonce: "",
        errorDetail: undefined,
      },
      { peer: PEER, holdMs: 1, signal: new AbortController().signal },
    );
    assert.equal(kind, "unchanged");
  };
  const pollAll = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += AT_A_TIME) {
      await Promise.all(Array.from({ length: AT_A_TIME }, poll));
    }
  };
  await pollAll(POLLS / 10);
  const before = await heapInUse();
  await pollAll(POLLS);
  const grown = (await heapInUse()) - before;
  assert.ok(grown < 1 << 20, `${grown} bytes more than before`);
  assert.equal(cache.leaseCount, 0);
});

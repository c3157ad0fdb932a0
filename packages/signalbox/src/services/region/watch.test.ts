import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@signalbox/base";
import { parseEventStream, type StreamEvent } from "../../cli/client/event-stream.ts";
import { type Api, at, expectStatus, startApi } from "./testing/api.ts";
import {
  createAuthority,
  createGroup,
  createNetwork,
  createServer,
  networkBody,
  REGION_ID,
} from "./testing/bodies.ts";

interface Watcher {
  next(): Promise<StreamEvent>;
  close(): void;
}

/** Over a real socket: streams do not end, so they cannot be injected. */
async function watch(
  url: string,
  query = "",
  headers: Record<string, string> = {},
  as = "user",
  path = "/api/v2/networks",
): Promise<Watcher> {
  const abort = new AbortController();
  const response = await fetch(`${url}${path}?watch=true${query}`, {
    headers: { authorization: `Bearer ${as}`, ...headers },
    signal: abort.signal,
  });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  assert(response.body);
  const events = parseEventStream(response.body as AsyncIterable<Uint8Array>);
  return {
    next: async () => {
      const { value, done } = await events.next();
      assert.equal(done, false, "the stream goes on");
      return value;
    },
    close: () => abort.abort(),
  };
}

async function listen(api: Api): Promise<string> {
  const { port } = await api.server.listen({ host: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${port}`;
}

const nameOf = (event: StreamEvent) => at(JSON.parse(event.data), "metadata.name");

/** The next event that is not a mere position. */
async function nextChange(watcher: Watcher): Promise<StreamEvent> {
  for (;;) {
    const event = await watcher.next();
    if (event.event !== "bookmark") return event;
  }
}

describe("watch", () => {
  it("shows the present state, then each change", async (t) => {
    const api = await startApi(t);
    const id = await createNetwork(api, "one");
    const watcher = await watch(await listen(api));
    t.after(() => watcher.close());
    const present = await watcher.next();
    assert.deepEqual([present.event, nameOf(present)], ["present", "one"]);
    assert.equal((await watcher.next()).event, "bookmark");
    await createNetwork(api, "two");
    const created = await nextChange(watcher);
    assert.deepEqual([created.event, nameOf(created)], ["created", "two"]);
    const body = { metadata: { name: "renamed" }, spec: { dnsNameservers: [] } };
    await api.call("PUT", `/api/v2/networks/${id}`, { body });
    const updated = await nextChange(watcher);
    assert.deepEqual([updated.event, nameOf(updated)], ["updated", "renamed"]);
  });

  it("resumes behind the last event's id, and behind a list's revision", async (t) => {
    const api = await startApi(t);
    const url = await listen(api);
    const list = await api.call("GET", "/api/v2/networks", { as: "user" });
    await createNetwork(api, "one");
    await createNetwork(api, "two");
    const first = await watch(url, `&revision=${list.headers["resource-revision"]}`);
    const one = await nextChange(first);
    assert.equal(nameOf(one), "one");
    first.close();
    const second = await watch(url, "", { "last-event-id": one.id ?? "" });
    t.after(() => second.close());
    const two = await nextChange(second);
    assert.deepEqual([two.event, nameOf(two)], ["created", "two"]);
  });

  it("shows a tenant its own resources alone, and a filter's comings and goings", async (t) => {
    const api = await startApi(t);
    const url = await listen(api);
    const watcher = await watch(url, "&tag=env=test");
    t.after(() => watcher.close());
    assert.equal((await watcher.next()).event, "bookmark");
    const tags = [{ name: "env", value: "test" }];
    const post = (body: object, as: string) => api.call("POST", "/api/v2/networks", { as, body });
    const foreign = {
      organizationId: "bbbbbbbb-0000-4000-8000-00000000000a",
      projectId: "bbbbbbbb-0000-4000-8000-00000000000b",
    };
    expectStatus(await post(networkBody("theirs", foreign, { tags }), "stranger"), 201);
    const id = at(expectStatus(await post(networkBody("mine"), "user"), 201), "metadata.id");
    const put = (metadata: object) =>
      api.call("PUT", `/api/v2/networks/${String(id)}`, {
        body: { metadata: { name: "mine", ...metadata }, spec: { dnsNameservers: [] } },
      });
    await put({ tags });
    await put({});
    const came = await nextChange(watcher);
    assert.deepEqual([came.event, nameOf(came)], ["created", "mine"]);
    assert.equal((await nextChange(watcher)).event, "deleted");
  });

  it("refuses positions that are none, in the future, or compacted", async (t) => {
    const api = await startApi(t);
    const path = "/api/v2/networks?watch=true";
    const resume = (id: string) => api.call("GET", path, { headers: { "last-event-id": id } });
    expectStatus(await resume("x"), 400);
    expectStatus(await resume("999999"), 400);
    await createNetwork(api, "one");
    await createNetwork(api, "two");
    await api.store.compact(api.store.revision);
    expectStatus(await resume("1"), 410);
  });

  it("is offered by every list that changes", async (t) => {
    const api = await startApi(t);
    const networkId = await createNetwork(api);
    await createGroup(api, networkId);
    await createAuthority(api);
    await createServer(api, networkId);
    const url = await listen(api);
    for (const path of [
      "/api/v2/securitygroups",
      "/api/v2/sshcertificateauthorities",
      "/api/v2/servers",
      `/api/v2/regions/${REGION_ID}/images`,
    ]) {
      const listed = expectStatus(await api.call("GET", path), 200) as readonly unknown[];
      const watcher = await watch(url, "", {}, "admin", path);
      for (const item of listed) {
        const { event, data } = await watcher.next();
        assert.equal(event, "present", path);
        assert.deepEqual(JSON.parse(data), item);
      }
      assert.equal((await watcher.next()).event, "bookmark", path);
      watcher.close();
    }
  });

  it("shows every change once and in order, however often it is broken off", async (t) => {
    const api = await startApi(t);
    const url = await listen(api);
    const random = seededRandom(11);
    const count = 60;
    const writing = (async () => {
      for (let n = 0; n < count; n++) await createNetwork(api, `net-${n}`);
    })();
    const seen: unknown[] = [];
    let headers: Record<string, string> = { "last-event-id": "0" };
    while (seen.length < count) {
      const watcher = await watch(url, "", headers);
      for (
        let left = 1 + Math.floor(random.fraction() * 7);
        left > 0 && seen.length < count;
        left--
      ) {
        const event = await nextChange(watcher);
        seen.push(nameOf(event));
        headers = { "last-event-id": event.id ?? "" };
      }
      watcher.close();
    }
    await writing;
    assert.deepEqual(
      seen,
      Array.from({ length: count }, (_, n) => `net-${n}`),
    );
  });
});

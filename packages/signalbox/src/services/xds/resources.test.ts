import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shared } from "@signalbox/testing";
import { XDS_GROUP } from "../../model/kinds.ts";
import { at, expectStatus, startApi } from "../region/testing/api.ts";
import { cluster, contentsOf, createGroup, put, route, secret } from "./testing/groups.ts";

const PREFIX = "type.googleapis.com/envoy";

describe("resources of an xDS group", () => {
  const world = shared(startApi);

  it("have versions that follow from their content alone", async () => {
    const api = await world();
    const [one, other] = [await createGroup(api, "one"), await createGroup(api, "other")];
    const made = await put(api, one, "cluster", cluster("web"));
    assert.equal(at(made, "changes.0.change"), "created");
    const { name, "@type": type, ...rest } = cluster("web") as Record<string, unknown>;
    const again = await put(api, other, "cluster", { ...rest, name, "@type": type });
    assert.equal(at(again, "changes.0.after"), at(made, "changes.0.after"));
    const same = await put(api, one, "cluster", { ...rest, name, "@type": type });
    assert.deepEqual(at(same, "changes"), []);
    assert.equal(at(same, "revision"), 2);
    const changed = await put(api, one, "cluster", cluster("web", { connect_timeout: "2s" }));
    assert.equal(at(changed, "changes.0.before"), at(made, "changes.0.after"));
    assert.equal(at((await api.call("GET", one)).body, "status.revision"), 3);
  });

  it("are read back as protobuf JSON, under every spelling of their type", async () => {
    const api = await world();
    const group = await createGroup(api);
    await put(api, group, "cluster", cluster("a/b c", { connectTimeout: "1.500s" }));
    const types = [
      "cluster",
      "envoy.config.cluster.v3.Cluster",
      `${PREFIX}.config.cluster.v3.Cluster`,
    ];
    for (const type of types) {
      const path = `${group}/resources/${encodeURIComponent(type)}/a%2Fb%20c`;
      const read = expectStatus(await api.call("GET", path), 200);
      assert.deepEqual(at(read, "resource"), {
        "@type": `${PREFIX}.config.cluster.v3.Cluster`,
        name: "a/b c",
        type: "EDS",
        eds_cluster_config: { eds_config: { ads: {} } },
        connect_timeout: "1.500s",
      });
    }
    expectStatus(await api.call("GET", `${group}/resources/cluster/none`), 404);
    expectStatus(await api.call("GET", `${group}/resources/clusters/none`), 400);
  });

  // biome-ignore format: a table reads best with one row a line
  const REFUSED: readonly (readonly [string, object, string])[] = [
    ["a type that is not known",     { "@type": "type.googleapis.com/no.Such", name: "web" },       "/@type"],
    ["a type that is not served",    { "@type": `${PREFIX}.config.core.v3.Node`, id: "web" },        "/@type"],
    ["another type than the path's", route("web", "web"),                                            "/@type"],
    ["an unknown field",             cluster("web", { nonsense: 1 }),                                "/nonsense"],
    ["a bad value",                  cluster("web", { connect_timeout: "x" }),                       "/connect_timeout"],
    ["a bad value in a list",        cluster("web", { health_checks: [{}, { timeout: 1 }] }),         "/health_checks/1/timeout"],
    ["a bad value in a map",         cluster("web", { metadata: { filter_metadata: { "a/b": 1 } } }), "/metadata/filter_metadata/a~1b"],
    ["a bad value in an Any",        cluster("web", { typed_extension_protocol_options: { x: { "@type": `${PREFIX}.config.core.v3.Node`, id: 1 } } }), "/typed_extension_protocol_options/x/id"],
    ["an unknown Any",               cluster("web", { typed_extension_protocol_options: { x: { "@type": "no/Such" } } }), "/typed_extension_protocol_options/x/@type"],
    ["two of one choice",            cluster("web", { cluster_type: { name: "x" } }),                 ""],
    ["another name than the path's", cluster("db"),                                                  "/name"],
    ["no name",                      { "@type": `${PREFIX}.config.cluster.v3.Cluster` },             "/name"],
  ];
  for (const [what, body, pointer] of REFUSED) {
    it(`are refused with ${what}, and told where`, async () => {
      const api = await world();
      const group = await createGroup(api);
      const answer = await api.call("PUT", `${group}/resources/cluster/web`, { body });
      assert.equal(at(expectStatus(answer, 422), "errors.0.pointer"), pointer);
      const all = { resources: [{ resource: cluster("good") }, { resource: body }] };
      const replaced = await api.call("PUT", `${group}/resources`, { body: all });
      if (!what.endsWith("path's")) {
        const place = `/resources/1/resource${pointer}`;
        assert.equal(at(expectStatus(replaced, 422), "errors.0.pointer"), place);
      }
    });
  }

  it("are refused when they are nested without end", async () => {
    const api = await world();
    const group = await createGroup(api);
    const extension = `"@type":"${PREFIX}.config.core.v3.TypedExtensionConfig","name":"x"`;
    const nested = (levels: number, open: string): string =>
      `${open.repeat(levels)}{}${"}".repeat(levels)}`;
    for (const levels of [250, 1_000, 7_000]) {
      const layer = nested(levels, '{"d":');
      const bodies = [
        ["runtime", `{"@type":"${PREFIX}.service.runtime.v3.Runtime","name":"x","layer":${layer}}`],
        ["extension", nested(levels, `{${extension},"typed_config":`)],
      ] as const;
      for (const [type, payload] of bodies) {
        const url = `${group}/resources/${type}/x`;
        const headers = { authorization: "Bearer admin", "content-type": "application/json" };
        const answer = await api.server.inject({ method: "PUT", url, headers, payload });
        assert.equal(answer.statusCode, 422, `${type} ${levels}`);
        assert.match(answer.payload, /nested deeper than/);
      }
    }
  });

  it("are replaced at once: what is left out goes, what is equal stays", async () => {
    const api = await world();
    const group = await createGroup(api);
    await put(api, group, "cluster", cluster("kept"));
    await put(api, group, "cluster", cluster("gone"));
    const resources = [
      { resource: cluster("kept") },
      { resource: route("new", "kept") },
      {
        name: "new/all",
        resource: { "@type": `${PREFIX}.config.route.v3.VirtualHost`, name: "all" },
      },
    ];
    const path = `${group}/resources`;
    const done = expectStatus(await api.call("PUT", path, { body: { resources } }), 200);
    const changes = (at(done, "changes") as Record<string, string>[])
      .map(({ change, name }) => `${change} ${name}`)
      .toSorted();
    assert.deepEqual(changes, ["created new", "created new/all", "deleted gone"]);
    assert.equal(at(done, "revision"), 4);
    const listed = expectStatus(await api.call("GET", `${path}?content=true`), 200);
    const sentBack = expectStatus(
      await api.call("PUT", path, { body: { resources: listed } }),
      200,
    );
    assert.deepEqual(at(sentBack, "changes"), []);
    const added = { resources: [{ resource: cluster("kept") }, { resource: cluster("more") }] };
    const beside = await api.call("PUT", `${path}?keepOthers=true`, { body: added });
    assert.deepEqual(at(expectStatus(beside, 200), "changes.length"), 1);
    assert.equal((await contentsOf(api, group)).length, 4);
    const twice = [{ resource: cluster("a") }, { resource: cluster("a") }];
    expectStatus(await api.call("PUT", path, { body: { resources: twice } }), 422);
    const unnamed = [{ resource: { "@type": `${PREFIX}.config.route.v3.VirtualHost` } }];
    expectStatus(await api.call("PUT", path, { body: { resources: unnamed } }), 422);
  });

  it("tried on say what would change and whether it fits together, and stay as they are", async () => {
    const api = await world();
    const endpoints = [{ cluster: "web", port: 80, from: { tags: { a: "b" } } }];
    const group = await createGroup(api, "edge", { endpoints });
    const path = `${group}/resources/route/r?dryRun=true`;
    const tried = expectStatus(await api.call("PUT", path, { body: route("r", "web") }), 200);
    assert.equal(at(tried, "dryRun"), true);
    assert.equal(at(tried, "changes.0.change"), "created");
    assert.equal(at(tried, "consistency.isConsistent"), false);
    assert.deepEqual(at(tried, "consistency.dangling.0.to.name"), "web");
    const found = at(tried, "consistency.unreferenced") as { resource: { name: string } }[];
    assert.deepEqual(found.map(({ resource }) => resource.name).toSorted(), ["r", "web"]);
    assert.deepEqual(await contentsOf(api, group), []);
    await put(api, group, "cluster", cluster("web"));
    const whole = expectStatus(await api.call("PUT", path, { body: route("r", "web") }), 200);
    assert.equal(at(whole, "consistency.isConsistent"), true);
    assert.deepEqual(at(whole, "consistency.dangling"), []);
    const without = await api.call("DELETE", `${group}/resources/cluster/web?dryRun=true`);
    assert.equal(at(expectStatus(without, 200), "changes.0.change"), "deleted");
    assert.equal((await contentsOf(api, group)).length, 1);
  });

  it("leave their type configured when the last of them goes", async (t) => {
    const api = await startApi(t);
    const group = await createGroup(api);
    const types = (): readonly string[] | undefined =>
      api.store.list(XDS_GROUP).items[0]?.value.content.types;
    assert.deepEqual(types(), []);
    await put(api, group, "cluster", cluster("web"));
    expectStatus(await api.call("DELETE", `${group}/resources/cluster/web`), 200);
    assert.deepEqual(types(), [`${PREFIX}.config.cluster.v3.Cluster`]);
    const endpoints = [{ cluster: "web", port: 80, from: { tags: { a: "b" } } }];
    for (const each of [endpoints, []]) {
      const body = { metadata: { name: "edge" }, spec: { endpoints: each } };
      expectStatus(await api.call("PUT", group, { body }), 200);
    }
    assert.equal(types()?.length, 2);
  });

  it("are overwritten only by those who have seen them, where that is asked for", async () => {
    const api = await world();
    const group = await createGroup(api);
    const path = `${group}/resources/cluster/web`;
    const write = (tag: string) =>
      api.call("PUT", path, { body: cluster("web"), headers: { "if-match": tag } });
    expectStatus(await write("*"), 412);
    await put(api, group, "cluster", cluster("web"));
    const { etag = "" } = (await api.call("GET", path)).headers;
    expectStatus(await write(etag), 200);
    await put(api, group, "cluster", cluster("web", { connect_timeout: "9s" }));
    expectStatus(await write(etag), 412);
    expectStatus(await api.call("DELETE", path, { headers: { "if-match": etag } }), 412);
    expectStatus(await api.call("DELETE", path), 200);
  });

  it("do not tell secrets, nor take what was blotted out", async () => {
    const api = await world();
    const group = await createGroup(api);
    await put(api, group, "secret", secret("tls", "very private"));
    const path = `${group}/resources/secret/tls`;
    const read = await api.call("GET", path);
    assert.doesNotMatch(JSON.stringify(read.body), /very private/);
    assert.equal(
      at(read.body, "resource.tls_certificate.certificate_chain.inline_string"),
      "public",
    );
    assert.equal(at(read.body, "resource.tls_certificate.private_key.inline_string"), "[redacted]");
    expectStatus(await api.call("PUT", path, { body: at(read.body, "resource") }), 422);
    const all = await api.call("GET", `${group}/resources?content=true`);
    assert.doesNotMatch(JSON.stringify(all.body), /very private/);
  });

  it("are bounded in number and size", async (t) => {
    const api = await startApi(t, { xdsLimits: { maxResources: 2, maxBytes: 400 } });
    const group = await createGroup(api);
    await put(api, group, "cluster", cluster("a"));
    await put(api, group, "cluster", cluster("b"));
    const third = await api.call("PUT", `${group}/resources/cluster/c`, { body: cluster("c") });
    assert.match(String(at(expectStatus(third, 422), "error_description")), /at most 2/);
    const large = cluster("b", { alt_stat_name: "x".repeat(400) });
    const path = `${group}/resources/cluster/b`;
    const answer = expectStatus(await api.call("PUT", path, { body: large }), 422);
    assert.match(String(at(answer, "error_description")), /at most 400/);
    expectStatus(await api.call("DELETE", `${group}/resources/cluster/a`), 200);
    await put(api, group, "cluster", cluster("c"));
  });
});

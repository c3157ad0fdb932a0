import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { typeUrls } from "@signalbox/envoy-api";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { freePort } from "./support/addresses.ts";
import { dynamicBootstrap } from "./support/bootstrap.ts";
import { whenCaughtUp } from "./support/caught-up.ts";
import { startScene } from "./support/edge.ts";
import type { EnvoyAdmin } from "./support/envoy-admin.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { EnvoyProcess } from "./support/envoy-process.ts";
import { type Configuration, ManagementProcess } from "./support/management-process.ts";
import { Requester } from "./support/requester.ts";
import { configurationAt, type Scene } from "./support/scenario.ts";
import { variants, type Variant } from "./support/variant.ts";

/** An Envoy that is configured and has traffic. Its node has the name of its variant. */
interface Edge {
  readonly variant: Variant;
  readonly scene: Scene;
  readonly admin: EnvoyAdmin;
  readonly requester: Requester;
}

/** Each test has five Envoys under traffic. */
const oneAtATime = { ...withEnvoy, concurrency: 1 };

describe("a management server that is killed and started again", oneAtATime, () => {
  test("with the same content", { concurrency: true }, async (t) => {
    const { edges, port } = await startKilled(t);
    const server = await ManagementProcess.start(
      t,
      port,
      edges.map(({ scene }) => at(0, scene)),
    );
    await forEach(t, edges, "nothing is disturbed", async (edge) => {
      await assertUndisturbed(edge, server);
    });
  });

  test("with changed content", { concurrency: true }, async (t) => {
    const { edges, port } = await startKilled(t);
    await ManagementProcess.start(
      t,
      port,
      edges.map(({ scene }) => at(14, scene)),
    );
    await forEach(t, edges, "it arrives, and what is gone goes", assertChanged);
  });
});

/** An Envoy of each variant, and their one management server, which was just killed. */
async function startKilled(
  t: TestContext,
): Promise<{ readonly edges: readonly Edge[]; readonly port: number }> {
  const scenes = await Promise.all(variants.map((variant) => startScene(t, variant)));
  // One that the kernel hands out could be another's before the server is back: also that of a
  // connection, even of an Envoy to the dead server.
  const port = await freePort();
  const server = await ManagementProcess.start(
    t,
    port,
    scenes.map((scene) => at(0, scene)),
  );
  const edges = await Promise.all(scenes.map((scene) => startEdge(t, scene, port)));
  await server.kill();
  await Promise.all(edges.map(whenCutOff));
  return { edges, port };
}

function at(step: number, scene: Scene): Configuration {
  return { nodeId: scene.variant, resources: configurationAt(step, scene) };
}

async function startEdge(t: TestContext, scene: Scene, xdsPort: number): Promise<Edge> {
  const { variant } = scene;
  const bootstrap = dynamicBootstrap({ nodeId: variant, variant, xdsPort });
  const { admin } = await EnvoyProcess.start(t, bootstrap);
  await admin.whenLive();
  await whenCaughtUp(admin, configurationAt(0, scene));
  return { variant, scene, admin, requester: Requester.start(t, scene.listenerPort) };
}

/** Envoy has noticed that nobody answers, and serves on. */
async function whenCutOff({ variant, admin, requester }: Edge): Promise<void> {
  if (variant === "rest") {
    await admin.whenStat("cluster_manager.cds.update_failure", (value) => value > 0);
  } else {
    await admin.whenStat("control_plane.connected_state", (value) => value === 0);
  }
  const before = requester.sent;
  await eventually("requests", PATIENCE_MS, async () => requester.sent > before + 20 || undefined);
}

/** One subtest for each variant, side by side. */
async function forEach(
  t: TestContext,
  edges: readonly Edge[],
  what: string,
  check: (edge: Edge, t: TestContext) => Promise<void>,
): Promise<void> {
  await Promise.all(
    edges.map((edge) => t.test(`${edge.variant}: ${what}`, (its) => check(edge, its))),
  );
}

async function assertUndisturbed(edge: Edge, server: ManagementProcess): Promise<void> {
  const { variant, scene, admin, requester } = edge;
  const typesAsked = (): ReadonlySet<string> =>
    new Set(server.asked.filter(({ nodeId }) => nodeId === variant).map((of) => of.typeUrl));
  await eventually(
    "every type to be asked for",
    PATIENCE_MS,
    async () => typesAsked().size === 4 || undefined,
  );
  // A change still arrives, and an incremental Envoy is told of that alone.
  const next = at(1, scene);
  server.set(next);
  await whenCaughtUp(admin, next.resources);
  if (variant.endsWith("delta")) {
    const answersOf = (typeUrl: string): readonly string[] =>
      server.answered
        .filter((of) => of.nodeId === variant && of.typeUrl === typeUrl)
        .flatMap((of) => of.resources);
    // Envoy may have an answer before the server's word on it is here.
    for (const typeUrl of [typeUrls.cluster, typeUrls.routeConfiguration]) {
      await eventually("word of an answer", PATIENCE_MS, async () => answersOf(typeUrl).at(0));
    }
    assert.deepEqual(answersOf(typeUrls.listener), []);
    assert.deepEqual(answersOf(typeUrls.cluster), ["backend-0"]);
    assert.deepEqual(answersOf(typeUrls.routeConfiguration), ["routes"]);
  }
  assert.equal(await admin.stat("listener_manager.listener_added"), 1);
  assert.equal(await admin.stat("listener_manager.listener_modified"), 0);
  await requester.stop();
  assert.deepEqual(requester.failed, []);
}

async function assertChanged(edge: Edge, t: TestContext): Promise<void> {
  const { variant, scene, admin, requester } = edge;
  await whenCaughtUp(admin, configurationAt(14, scene));
  const answers = requester.answers.get("one") ?? 0;
  await eventually("requests", PATIENCE_MS, async () =>
    (requester.answers.get("one") ?? 0) > answers + 20 ? true : undefined,
  );
  await requester.stop();
  // Only an incremental client tells a new server what it has; another is told at once to drop
  // what its routes still lead to.
  if (variant === "ads delta") assert.deepEqual(requester.failed, []);
  else t.diagnostic(`${requester.failed.length} of ${requester.sent} requests failed`);
  assert.deepEqual((await admin.stats("update_rejected")).values().filter(Boolean).toArray(), []);
}

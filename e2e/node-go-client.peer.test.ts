// The node API as the Go library sees it that its clients are made of (e2e/peers/machinery-client):
// one call a node as `node`, as newer clients call, or one call for all as `nodes`, as older ones do.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { HostAgents } from "./support/host-agents.ts";

const program = process.env["NODE_API_GO_CLIENT"];
/** Without it they are skipped; where `REQUIRE_PEERS` is 1 they run, and fail. */
const skip =
  program === undefined && process.env["REQUIRE_PEERS"] !== "1"
    ? "peer missing: the Go client of the node API (NODE_API_GO_CLIENT)"
    : false;

/** A thing that it was told, of one node. */
interface Told {
  readonly node: string;
  readonly value?: unknown;
  readonly code?: string;
  readonly error?: string;
}

interface Ran {
  readonly code: number | null;
  readonly told: readonly Told[];
}

describe("the Go client library", { skip }, () => {
  let host: HostAgents;
  before(async () => {
    host = await HostAgents.start();
  });
  after(() => host.stop());

  async function run(...args: readonly string[]): Promise<Ran> {
    assert.ok(program !== undefined, "peer missing: NODE_API_GO_CLIENT");
    const child = spawn(program, ["-config", host.config, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
    const lines = output.split("\n").filter((line) => line !== "");
    return { code: code as number | null, told: lines.map((line) => JSON.parse(line) as Told) };
  }

  for (const flag of [[], ["-many"]]) {
    const isMany = flag.length > 0;
    const ask = (nodes: readonly string[], ...command: readonly string[]): Promise<Ran> =>
      run(...flag, "-nodes", nodes.join(), ...command);
    const refusals = async (...command: readonly string[]): Promise<readonly string[]> => {
      const { code, told } = await ask(host.nodes, ...command);
      assert.equal(code, 1);
      assert.deepEqual(told.map(({ node }) => node).toSorted(), host.nodes.toSorted());
      return told.map(({ code: name, error = "" }) => `${name} ${error.split("desc = ")[1]}`);
    };

    describe(isMany ? "one call for all nodes" : "one call a node", () => {
      test("answers of those that are there, and the failure of the one that is not", async () => {
        const { code, told } = await ask([...host.nodes, host.off], "version");
        assert.equal(code, 1);
        const outcomes = told.map((each) => [each.node, each.code ?? "OK"]);
        const [a, b] = host.nodes;
        assert.deepEqual(
          Object.fromEntries(outcomes),
          Object.fromEntries([
            [a, "OK"],
            [b, "OK"],
            [host.off, "Unavailable"],
          ]),
        );
        const answer = told.find(({ error }) => error === undefined)?.value;
        assert.equal((answer as { version: { os: string } }).version.os, "linux");
      });

      test("services", async () => {
        const { code, told } = await ask(host.nodes, "services");
        const ids = told.map(({ value }) =>
          (value as { services: { id: string }[] }).services.map(({ id }) => id),
        );
        const expected = ["again", "once", "talker"];
        assert.deepEqual([code, ids], [0, [expected, expected]]);
      });

      test("disks: of another service", async () => {
        const { code, told } = await ask(host.nodes, "disks");
        const { nodes } = host;
        assert.deepEqual([code, told.map(({ node }) => node).toSorted()], [0, nodes.toSorted()]);
      });

      test("a directory of each", async () => {
        const { code, told } = await ask(host.nodes, "list", host.files);
        const names = told.map((each) => [
          each.node,
          (each.value as { relativeName: string }).relativeName,
        ]);
        const expected = host.nodes.flatMap((node) => [
          [node, "."],
          [node, "a.txt"],
        ]);
        assert.deepEqual([code, names.toSorted()], [0, expected.toSorted()]);
      });

      test("contents of one", async () => {
        const [node] = host.nodes;
        const read = await ask([node], "read", `${host.files}/a.txt`);
        assert.deepEqual([read.code, read.told.map(bytesOf)], [0, ["first\n"]]);
        const copied = await ask([node], "copy", host.files);
        assert.deepEqual([copied.code, copied.told.map(bytesOf)[0]?.charCodeAt(0)], [0, GZIP]);
        const missing = await ask([node], "read", `${host.files}/none`);
        assert.deepEqual(
          missing.told.map((each) => [each.value, each.code]),
          [[undefined, "NotFound"]],
        );
      });

      test("events of one, from the beginning", async () => {
        const { code, told } = await ask([host.nodes[0]], "events");
        const [event] = told as readonly { readonly value: { readonly addresses?: unknown } }[];
        assert.deepEqual([code, Array.isArray(event?.value.addresses)], [0, true]);
      });

      test("what agents refuse, and what they do not serve", async () => {
        const power = "may not reboot its machine: start it with --allow-power";
        const reboot = `FailedPrecondition this agent ${power}`;
        assert.deepEqual(await refusals("reboot"), [reboot, reboot]);
        const containers = "Unimplemented this machine runs no containers";
        assert.deepEqual(await refusals("containers"), [containers, containers]);
        // Resources have no room for the names of nodes, so `nodes` is refused.
        const resource = await ask([host.nodes[0]], "resource");
        const expected = isMany ? "InvalidArgument" : "Unimplemented";
        assert.deepEqual(
          resource.told.map(({ code }) => code),
          [expected],
        );
      });

      test("readers reboot nothing, and no such machine", async () => {
        const reader = await run("-context", "reader", ...flag, "-nodes", host.nodes[0], "reboot");
        assert.deepEqual([reader.code, reader.told[0]?.code], [1, "PermissionDenied"]);
        const nobody = await ask(["nobody"], "version");
        assert.deepEqual([nobody.code, nobody.told[0]?.code], [1, "NotFound"]);
      });
    });
  }
});

/** The first byte of gzip. */
const GZIP = 0x1f;

function bytesOf({ value }: Told): string {
  return Buffer.from(value as string, "base64").toString("latin1");
}

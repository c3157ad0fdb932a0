import assert from "node:assert/strict";
import { it } from "node:test";
import { defineKind } from "@signalbox/store";
import { createGraph, formatGraph } from "./graph.ts";

it("prints what each controller reads and owns", () => {
  const network = defineKind<{ name: string }>("network");
  const server = defineKind<{ networkId: string }>("server");
  const reconcile = async (): Promise<void> => {};
  const graph = createGraph([
    { name: "network", inputs: [{ kind: network }], outputs: [network], reconcile },
    {
      name: "server",
      inputs: [{ kind: server }, { kind: network }, { kind: network }],
      outputs: [server],
      reconcile,
    },
    { name: "sweep", inputs: [], outputs: [], reconcile },
  ]);
  assert.equal(
    formatGraph(graph),
    [
      "network: reads network; owns network",
      "server: reads server, network; owns server",
      "sweep: reads nothing; owns nothing",
      "",
    ].join("\n"),
  );
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Rebuild, Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import {
  BOOTED,
  IMAGE_ID,
  machine,
  OTHER_IMAGE_ID,
  server,
  SERVER_ID,
  START,
  START_MS,
} from "../testing/fixtures.ts";
import { nextRebuildStep, type RebuildStep, storedRebuild } from "./rebuild.ts";

const THIRD_IMAGE_ID = "55555555-3333-3333-3333-333333333333";
/** The image on disk before anything happens. */
const OLD = IMAGE_ID;
const NEW = OTHER_IMAGE_ID;

type State = Rebuild["state"] | "none";

const marker = (state: Rebuild["state"], targetImageId = NEW): Rebuild => ({
  targetImageId,
  state,
  startedAt: START,
});

const stored = (wanted: string, state: State, target = wanted): Server =>
  server(SERVER_ID, {
    spec: { imageId: wanted },
    status: { ...BOOTED, ...(state !== "none" && { rebuild: marker(state, target) }) },
  });

/** Stands for a machine whose disk's image the provider cannot tell. */
const UNREADABLE: Partial<MachineState> = { power: "running" };

const step = (wanted: string, state: State, seen: Partial<MachineState>, target?: string) => {
  const { imageId, ...rest } = machine(seen);
  const shown = seen === UNREADABLE || imageId === undefined ? rest : { ...rest, imageId };
  return nextRebuildStep(stored(wanted, state, target), shown, START_MS);
};

const mark = (state: Rebuild["state"], targetImageId = NEW): RebuildStep => ({
  type: "mark",
  rebuild: marker(state, targetImageId),
});

const FAULT = { fault: { reason: "rebuild_failed", message: "disk full" } } as const;

describe("a rebuild (compute-api §3.9)", () => {
  // biome-ignore format: a table reads best with one row a line
  const rows: readonly (readonly [name: string, actual: RebuildStep, expected: RebuildStep])[] = [
    ["is not there while the disk is of the wanted image",
      step(OLD, "none", {}),                                            { type: "none" }],
    ["is not there while the disk's image is unknown and there is no marker",
      step(NEW, "none", UNREADABLE), { type: "none" }],
    ["begins with a marker, before the provider is asked",
      step(NEW, "none", {}),                                            mark("Initiated")],
    ["is submitted when the marker stands and the machine is idle",
      step(NEW, "Initiated", {}),                                       { type: "submit" }],
    ["is submitted on a stopped machine too",
      step(NEW, "Initiated", { power: "stopped" }),                     { type: "submit" }],
    ["is submitted on a machine that failed under the old image",
      step(NEW, "Initiated", { power: "failed", ...FAULT }),            { type: "submit" }],
    ["waits while another task runs",
      step(NEW, "Initiated", { task: "snapshot" }),                     { type: "wait" }],
    ["waits while a rebuild runs that it cannot tell for its own",
      step(NEW, "Initiated", { task: "rebuild" }),                      { type: "wait" }],
    ["waits silently while the disk's image cannot be read",
      step(NEW, "Initiated", UNREADABLE), { type: "wait" }],
    ["waits for the provider once it was accepted",
      step(NEW, "Rebuilding", { task: "rebuild" }),                     { type: "wait" }],
    ["is done when the disk is of the wanted image and nothing runs",
      step(NEW, "Rebuilding", { imageId: NEW }),                        { type: "clear" }],
    ["is done after a crash between the submission and its note",
      step(NEW, "Initiated", { imageId: NEW }),                         { type: "clear" }],
    ["fails when the provider says so",
      step(NEW, "Rebuilding", FAULT),                                   mark("Failed")],
    ["fails when the machine fails after it was accepted",
      step(NEW, "Rebuilding", { power: "failed" }),                     mark("Failed")],
    ["fails when the machine fails on the wanted image",
      step(NEW, "Initiated", { imageId: NEW, power: "failed" }),        mark("Failed")],
    ["is taken back when the old image is chosen again after a failure that left the old disk",
      step(OLD, "Initiated", { power: "failed", ...FAULT }),            { type: "clear" }],
    ["fails when a third image turns up: somebody else rebuilt it",
      step(NEW, "Rebuilding", { imageId: THIRD_IMAGE_ID }),             mark("Failed")],
    ["is submitted again when the provider forgot it in a restart",
      step(NEW, "Rebuilding", { imageId: OLD }),                        { type: "submit" }],
    ["parks once it has failed",
      step(NEW, "Failed", {}),                                          { type: "park" }],
    ["stays parked whatever the machine does",
      step(NEW, "Failed", { imageId: NEW }),                            { type: "park" }],
    ["starts over when another image is chosen, also after a failure",
      step(THIRD_IMAGE_ID, "Failed", {}, NEW),                          mark("Initiated", THIRD_IMAGE_ID)],
    ["starts over when another image is chosen while it runs",
      step(THIRD_IMAGE_ID, "Rebuilding", { task: "rebuild" }, NEW),     mark("Initiated", THIRD_IMAGE_ID)],
    ["goes back to the old image without a rebuild when none was submitted",
      step(OLD, "Initiated", {}),                                       { type: "clear" }],
    ["waits for a running rebuild before it goes back to the old image",
      step(OLD, "Initiated", { task: "rebuild" }),                      { type: "wait" }],
  ];
  for (const [name, actual, expected] of rows) {
    it(name, () => assert.deepEqual(actual, expected));
  }
});

describe("the marker that is stored", () => {
  it("is the one decided on while the wanted image is the same", () => {
    assert.deepEqual(storedRebuild(stored(NEW, "none"), marker("Initiated")), marker("Initiated"));
    const rising = storedRebuild(stored(NEW, "Initiated"), marker("Rebuilding"));
    assert.deepEqual(rising, marker("Rebuilding"));
  });

  it("never falls", () => {
    const failed = storedRebuild(stored(NEW, "Failed"), marker("Rebuilding"));
    assert.deepEqual(failed, marker("Failed"));
  });

  it("stays the API's when the API has chosen another image meanwhile", () => {
    const present = stored(THIRD_IMAGE_ID, "Initiated");
    const kept = storedRebuild(present, marker("Rebuilding"));
    assert.deepEqual(kept, marker("Initiated", THIRD_IMAGE_ID));
  });
});

import assert from "node:assert/strict";
import { Problem, type ProblemCode } from "@signalbox/base";
import type {
  CallOptions,
  DesiredServer,
  MachinePower,
  MachineState,
  ServerRef,
} from "../provider.ts";
import type { ProviderHarness } from "./harness.ts";

/** For calls that nobody aborts. */
export const CALM: CallOptions = Object.freeze({ signal: new AbortController().signal });

/** Looks again and again until `look` answers something, up to the harness's deadline. */
export async function eventually<T>(
  harness: ProviderHarness,
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const endMs = harness.clock.monotonic() + harness.deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    assert.ok(harness.clock.monotonic() < endMs, `${what}: not within ${harness.deadlineMs} ms`);
    await harness.pause();
  }
}

/** Does what a reconciler does until the machine is as powered as `server` asks. */
export async function reach(
  harness: ProviderHarness,
  server: DesiredServer,
): Promise<MachineState> {
  return eventually(harness, `${server.name} is ${server.power}`, async () => {
    const state = await harness.provider.ensureServer(server, CALM);
    assert.notEqual(state.power, "failed", state.fault?.message);
    return state.power === server.power && state.task === undefined && !state.rebooting
      ? state
      : undefined;
  });
}

/** Looks on, without asking for anything, until the machine is in one of `powers`. */
export function settles(
  harness: ProviderHarness,
  ref: ServerRef,
  ...powers: readonly MachinePower[]
): Promise<MachineState> {
  return eventually(harness, `the machine is ${powers.join(" or ")}`, async () => {
    const state = await harness.provider.observeServer(ref, CALM);
    return powers.includes(state.power) && state.task === undefined && !state.rebooting
      ? state
      : undefined;
  });
}

/** Waits for `text` on the machine's console, and answers all of the output. */
export function prints(harness: ProviderHarness, ref: ServerRef, text: string): Promise<string> {
  return eventually(harness, `the console shows ${JSON.stringify(text)}`, async () => {
    const output = await harness.provider.consoleOutput(ref, undefined, CALM);
    return output.includes(text) ? output : undefined;
  });
}

export async function rejectsWith(
  promise: Promise<unknown>,
  ...codes: ProblemCode[]
): Promise<void> {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof Problem, `not a Problem: ${String(error)}`);
    assert.ok(codes.includes(error.code), `${error.code} instead of ${codes.join(" or ")}`);
    return true;
  });
}

/** Ids of the machines that are there, sorted. */
export async function idsOf(harness: ProviderHarness): Promise<readonly string[]> {
  const refs = await harness.provider.listServers(CALM);
  return refs.map(({ id, incarnation }) => `${id}/${incarnation}`).sort();
}

export function refOf({ id, incarnation }: ServerRef): ServerRef {
  return { id, incarnation };
}

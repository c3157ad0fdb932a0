import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { Problem, systemClock } from "@signalbox/base";
import { Profiler } from "../profiling/profiler.ts";

// A thread of a test: it ends with an error when a snapshot is not what it should be.

const profiler = new Profiler({ clock: systemClock });
const { body } = await profiler.take({ kind: "snapshot" });
await assert.rejects(profiler.take({ kind: "snapshot" }), (error) => Problem.is(error, "conflict"));
assert.ok(body instanceof Readable);
const closed = new Promise((resolve) => body.once("close", resolve));
body.destroy();
await closed;
const again = await profiler.take({ kind: "snapshot" });
let size = 0;
for await (const chunk of again.body as AsyncIterable<Uint8Array>) size += chunk.length;
assert.ok(size > 1e6);
await profiler.take({ kind: "event-loop", durationMs: 1 });

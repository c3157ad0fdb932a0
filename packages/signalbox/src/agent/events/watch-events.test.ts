import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { seededRandom, VirtualClock } from "@signalbox/base";
import { STATUS } from "@signalbox/grpc";
import {
  EventSchema,
  EventsRequestSchema,
  TaskEvent_Action,
  TaskEventSchema,
} from "#gen/machine/events_pb.js";
import { createXidSource, isXid } from "../../node-api/xid.ts";
import { EventLog } from "./event-log.ts";
import type { EventRingOptions } from "./event-ring.ts";
import { watchEvents } from "./watch-events.ts";

type Asked = MessageInitShape<typeof EventsRequestSchema>;
type Told = MessageInitShape<typeof EventSchema>;

function useLog(options: EventRingOptions = {}): {
  log: EventLog;
  clock: VirtualClock;
  over: AbortController;
  say: (name: string, actorId?: string) => void;
  watch: (asked: Asked) => AsyncGenerator<Told, void, undefined>;
  past: (asked: Asked) => Promise<string[]>;
} {
  const clock = new VirtualClock();
  const log = new EventLog(createXidSource({ clock, random: seededRandom(1) }), options);
  const over = new AbortController();
  const watch = (asked: Asked): AsyncGenerator<Told, void, undefined> =>
    watchEvents(log, create(EventsRequestSchema, asked), { clock, signal: over.signal });
  return {
    log,
    clock,
    over,
    say: (name, actorId) =>
      log.publish(TaskEventSchema, { name, action: TaskEvent_Action.STOP }, actorId),
    watch,
    past: async (asked) => {
      const stream = watch(asked);
      await stream.next();
      const names: string[] = [];
      log.publish(TaskEventSchema, { name: "last" }, asked.withActorId);
      for await (const event of stream) {
        const name = nameOf(event);
        if (name === "last") break;
        names.push(name);
      }
      return names;
    },
  };
}

function nameOf(event: Told): string {
  return fromBinary(TaskEventSchema, event.data?.value ?? new Uint8Array()).name;
}

test("the first is empty, with an id and the actor that was asked for", async () => {
  const { watch } = useLog();
  const hello = (await watch({}).next()).value;
  assert.ok(hello !== undefined && isXid(hello.id ?? ""));
  const bytes = Buffer.from(toBinary(EventSchema, create(EventSchema, hello)));
  assert.equal(bytes.toString("hex", 0, 4), "12001a14");
  assert.equal(bytes.length, 24);
  const other = (await watch({ withActorId: "me" }).next()).value;
  assert.equal(other?.actorId, "me");
});

test("what happens from then on, with its type and its actor", async () => {
  const { watch, say } = useLog();
  say("before");
  const stream = watch({});
  await stream.next();
  const next = stream.next();
  say("cleanup", "me");
  const event = (await next).value;
  assert.ok(event !== undefined && isXid(event.id ?? ""));
  assert.equal(event.actorId, "me");
  assert.equal(event.data?.typeUrl, "talos/runtime/machine.TaskEvent");
  assert.equal(nameOf(event), "cleanup");
});

test("nothing falls between the call and its first event", async () => {
  const { watch, say } = useLog();
  const stream = watch({});
  await stream.next();
  say("one");
  say("two");
  assert.equal(nameOf((await stream.next()).value ?? {}), "one");
  assert.equal(nameOf((await stream.next()).value ?? {}), "two");
});

test("past events: ways to ask for them", async () => {
  const asks: readonly [Asked, string[]][] = [
    [{}, []],
    [{ tailEvents: 2 }, ["b", "c"]],
    [{ tailEvents: 99 }, ["a", "b", "c"]],
    [{ tailEvents: -1 }, ["a", "b", "c"]],
    [{ tailSeconds: 10 }, ["b", "c"]],
    [{ tailSeconds: 5 }, ["c"]],
    [{ tailSeconds: 1000 }, ["a", "b", "c"]],
    [{ tailEvents: -1, withActorId: "even" }, ["b"]],
    [{ tailEvents: 2, withActorId: "none" }, []],
  ];
  for (const [asked, names] of asks) {
    const { clock, say, past } = useLog();
    say("a");
    await clock.advance(10_000);
    say("b", "even");
    await clock.advance(10_000);
    say("c");
    assert.deepEqual(await past(asked), names, JSON.stringify(asked));
  }
});

test("past events behind an id", async () => {
  const { log, say, watch } = useLog();
  for (const name of ["a", "b", "c"]) say(name);
  const stream = watch({ tailId: log.ring.at(1)?.id ?? "" });
  await stream.next();
  assert.equal(nameOf((await stream.next()).value ?? {}), "c");
  const gone = watch({ tailId: "0".repeat(20) });
  await gone.next();
  assert.equal(nameOf((await gone.next()).value ?? {}), "a");
});

test("behind an id, though the clock was set back after it", async () => {
  const late = "d1".padEnd(20, "0");
  const early = "d0".padEnd(20, "0");
  const ids = [late, early];
  const log = new EventLog(() => ids.shift() ?? early);
  for (const name of ["a", "b"]) log.publish(TaskEventSchema, { name });
  const request = create(EventsRequestSchema, { tailId: late });
  const over = new AbortController();
  const stream = watchEvents(log, request, { clock: new VirtualClock(), signal: over.signal });
  await stream.next();
  assert.equal(nameOf((await stream.next()).value ?? {}), "b");
});

test("a thousand are kept, 990 of them can be asked for", async () => {
  const { say, past } = useLog();
  for (let n = 0; n < 1500; n++) say(String(n));
  // The one that ends the list pushes one out behind the start.
  const names = await past({ tailEvents: -1 });
  assert.equal(names.length, 990);
  assert.equal(names[0], "510");
});

test("a slow client is left when the ring has gone over it", async () => {
  const { say, watch } = useLog({ capacity: 10, reserve: 2 });
  const slow = watch({});
  const tooSlow = watch({});
  await slow.next();
  await tooSlow.next();
  for (let n = 0; n < 10; n++) say(String(n));
  assert.equal(nameOf((await slow.next()).value ?? {}), "0");
  say("10");
  assert.equal(nameOf((await slow.next()).value ?? {}), "1");
  assert.equal((await tooSlow.next()).done, true);
});

test("what was waited for leaves nothing behind", async () => {
  const { watch, say, over } = useLog();
  const stream = watch({});
  await stream.next();
  for (let n = 0; n < 50; n++) {
    const next = stream.next();
    assert.equal(getEventListeners(over.signal, "abort").length, 1);
    say(String(n));
    await next;
  }
  assert.equal(getEventListeners(over.signal, "abort").length, 0);
});

test("the end of the call ends the wait", async () => {
  const { watch, over } = useLog();
  const stream = watch({});
  await stream.next();
  const next = stream.next();
  over.abort();
  assert.equal((await next).done, true);
});

test("more than one way to ask, and what is no id", async () => {
  const { watch } = useLog();
  for (const asked of [
    { tailEvents: 1, tailSeconds: 1 },
    { tailEvents: -1, tailId: "0".repeat(20) },
    { tailId: "x" },
  ]) {
    await assert.rejects(watch(asked).next(), { code: STATUS.INVALID_ARGUMENT });
  }
});

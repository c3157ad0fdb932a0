import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { type Debounce, FlushScheduler } from "./flush-scheduler.ts";

class Stage {
  readonly clock: VirtualClock = new VirtualClock();
  readonly turns: (() => void)[] = [];
  readonly flushed: string[] = [];
  readonly scheduler: FlushScheduler;
  /** What one flush takes. */
  costMs = 0;
  #spentMs = 0;

  constructor(debounce: Debounce = { quietMs: 0, maxMs: 0 }) {
    const { clock } = this;
    this.scheduler = new FlushScheduler({
      clock: {
        now: () => clock.now(),
        monotonic: () => clock.monotonic() + this.#spentMs,
        sleep: (ms, options) => clock.sleep(ms, options),
        after: (ms, callback) => clock.after(ms, callback),
      },
      soon: (callback) => this.turns.push(callback),
      debounce,
      sliceMs: 3,
    });
  }

  stream(name: string, also: () => void = () => {}): { flush(): void } {
    return {
      flush: () => {
        this.flushed.push(name);
        this.#spentMs += this.costMs;
        also();
      },
    };
  }

  turn(): void {
    for (const run of this.turns.splice(0)) run();
  }
}

describe("the flush scheduler", () => {
  it("flushes a stream once a turn, however often it was marked", () => {
    const stage = new Stage();
    const stream = stage.stream("a");
    for (let i = 0; i < 5; i += 1) stage.scheduler.changed(stream);
    stage.scheduler.asked(stream);
    assert.equal(stage.turns.length, 1);
    stage.turn();
    assert.deepEqual(stage.flushed, ["a"]);
    assert.ok(stage.scheduler.isIdle);
  });

  it("serves requests before changes, also those that come meanwhile", () => {
    const stage = new Stage();
    const late = stage.stream("request 2");
    stage.scheduler.changed(stage.stream("change 1", () => stage.scheduler.asked(late)));
    stage.scheduler.changed(stage.stream("change 2"));
    stage.scheduler.asked(stage.stream("request 1"));
    stage.turn();
    assert.deepEqual(stage.flushed, ["request 1", "change 1", "request 2", "change 2"]);
  });

  it("gives others a turn after a slice", () => {
    const stage = new Stage();
    stage.costMs = 2;
    for (const name of ["a", "b", "c"]) stage.scheduler.changed(stage.stream(name));
    stage.turn();
    assert.deepEqual(stage.flushed, ["a", "b"]);
    stage.turn();
    assert.deepEqual(stage.flushed, ["a", "b", "c"]);
  });

  it("waits for quiet, but not for ever; requests do not wait", async () => {
    const stage = new Stage({ quietMs: 100, maxMs: 250 });
    const stream = stage.stream("change");
    for (let i = 0; i < 3; i += 1) {
      stage.scheduler.changed(stream);
      await stage.clock.advance(80);
      stage.turn();
    }
    assert.deepEqual(stage.flushed, []);
    stage.scheduler.asked(stage.stream("request"));
    stage.turn();
    assert.deepEqual(stage.flushed, ["request"]);
    await stage.clock.advance(10);
    stage.turn();
    assert.deepEqual(stage.flushed, ["request", "change"], "the maximum is reached");
    stage.scheduler.changed(stream);
    await stage.clock.advance(99);
    stage.turn();
    assert.equal(stage.flushed.length, 2);
    await stage.clock.advance(1);
    stage.turn();
    assert.equal(stage.flushed.length, 3, "quiet for long enough");
    assert.equal(stage.clock.pending, 0);
  });

  it("forgets streams that are over, and everything when closed", () => {
    const stage = new Stage({ quietMs: 100, maxMs: 250 });
    const stream = stage.stream("a");
    stage.scheduler.changed(stream);
    stage.scheduler.forget(stream);
    assert.equal(stage.clock.pending, 0);
    stage.scheduler.changed(stream);
    stage.scheduler.asked(stream);
    stage.scheduler.close();
    stage.turn();
    assert.deepEqual([stage.flushed, stage.clock.pending], [[], 0]);
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "./clock.ts";

test("an aborted sleep rejects with the signal's reason", async () => {
  const controller = new AbortController();
  const sleeping = systemClock.sleep(60_000, { signal: controller.signal });
  controller.abort(new Error("stop"));
  await assert.rejects(sleeping, /stop/);
});

test("a signal that has aborted already ends the sleep before it begins", async () => {
  await assert.rejects(
    systemClock.sleep(60_000, { signal: AbortSignal.abort(new Error("was over")) }),
    /was over/,
  );
});

test("a timer fires, and a cancelled one does not", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = systemClock.after(0, () => assert.fail("fired"));
  cancel();
  systemClock.after(1, resolve);
  const before = systemClock.monotonic();
  // `after` does not keep the process alive; the sleep beside it does.
  await Promise.all([promise, systemClock.sleep(2)]);
  assert.ok(systemClock.monotonic() > before);
});

import assert from "node:assert/strict";
import { appendFile, mkdtemp, readdir, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Problem, VirtualClock } from "@signalbox/base";
import type { AuditEvent } from "./audit-event.ts";
import { createFileAuditSink } from "./file-audit-sink.ts";

const event = (n: number): AuditEvent => ({
  time: "2026-01-01T00:00:00.000Z",
  actor: `caller-${n}`,
  operation: "createServer",
  verb: "POST",
  path: "/api/v2/servers",
  outcome: { status: 201 },
  sourceAddress: "127.0.0.1",
  traceId: "0".repeat(32),
});

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "audit-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

const actorsIn = async (path: string): Promise<string[]> =>
  (await readFile(path, "utf8"))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as AuditEvent).actor ?? "");

test("events written at once are in the file, in order, when they are acknowledged", async (t) => {
  const path = join(await directory(t), "audit.log");
  const sink = await createFileAuditSink({ path });
  await Promise.all(Array.from({ length: 100 }, (_, n) => sink.write(event(n))));
  assert.deepEqual(
    await actorsIn(path),
    Array.from({ length: 100 }, (_, n) => `caller-${n}`),
  );
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  await sink.close();
});

test("a full file moves aside, and only so many are kept", async (t) => {
  const folder = await directory(t);
  const path = join(folder, "audit.log");
  const lineBytes = Buffer.byteLength(`${JSON.stringify(event(0))}\n`);
  const sink = await createFileAuditSink({ path, maxFileBytes: 2 * lineBytes, keptFiles: 2 });
  for (let n = 0; n < 8; n++) await sink.write(event(n));
  await sink.close();
  assert.deepEqual((await readdir(folder)).sort(), ["audit.log", "audit.log.1", "audit.log.2"]);
  assert.deepEqual(await actorsIn(path), ["caller-6", "caller-7"]);
  assert.deepEqual(await actorsIn(`${path}.1`), ["caller-4", "caller-5"]);
  assert.deepEqual(await actorsIn(`${path}.2`), ["caller-2", "caller-3"]);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test("a line torn by a crash does not spoil the next one", async (t) => {
  const path = join(await directory(t), "audit.log");
  await appendFile(path, '{"time":"20');
  const sink = await createFileAuditSink({ path });
  await sink.write(event(1));
  await sink.close();
  const [torn, whole] = (await readFile(path, "utf8")).split("\n");
  assert.equal(torn, '{"time":"20');
  assert.equal((JSON.parse(whole ?? "") as AuditEvent).actor, "caller-1");
});

test("a disk that is full is told to the writer, and no more is accepted for a while", async (t) => {
  const path = join(await directory(t), "audit.log");
  await symlink("/dev/full", path);
  const clock = new VirtualClock();
  const sink = await createFileAuditSink({ path, clock, retryMs: 500 });
  assert.equal(sink.accepting, true);
  await assert.rejects(sink.write(event(1)), (error) => Problem.is(error, "unavailable"));
  assert.equal(sink.accepting, false);
  await clock.advance(500);
  assert.equal(sink.accepting, true);
  await sink.close();
});

test("more events than may wait are refused", async (t) => {
  const path = join(await directory(t), "audit.log");
  const sink = await createFileAuditSink({ path, maxQueued: 2 });
  const writes = Array.from({ length: 10 }, (_, n) => sink.write(event(n)));
  const settled = await Promise.allSettled(writes);
  const kept = settled.filter(({ status }) => status === "fulfilled").length;
  assert.ok(kept >= 2 && kept < 10, `${kept} were kept`);
  assert.equal((await actorsIn(path)).length, kept);
  await sink.close();
  assert.equal(sink.accepting, false);
  await assert.rejects(sink.write(event(11)));
});

import assert from "node:assert/strict";
import { chmod, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { systemClock, systemRandom, VirtualClock } from "@signalbox/base";
import { STATUS } from "@signalbox/grpc";
import { type DmesgRequest, DmesgRequestSchema } from "#gen/machine/logs_pb.js";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { readBootTime } from "./boot-time.ts";
import { dmesg } from "./dmesg.ts";
import { deviceKernelLog, type KernelLog, type KernelLogRead } from "./kernel-log.ts";

const asked = (request: MessageInitShape<typeof DmesgRequestSchema>): DmesgRequest =>
  create(DmesgRequestSchema, request);

const record = (text: string): KernelLogRead => ({
  kind: "record",
  bytes: Buffer.from(`6,1,0,-;${text}\n`),
});

/** A log that gives what a test puts into it. */
function useLog(...first: readonly KernelLogRead[]): {
  log: KernelLog;
  reads: KernelLogRead[];
  open: () => number;
} {
  const reads = [...first];
  let open = 0;
  const log: KernelLog = {
    open: async () => {
      open += 1;
      return {
        read: async () => reads.shift() ?? { kind: "end" },
        [Symbol.asyncDispose]: async () => void (open -= 1),
      };
    },
  };
  return { log, reads, open: () => open };
}

function useDmesg(log: KernelLog): {
  clock: VirtualClock;
  over: AbortController;
  texts: (request: DmesgRequest) => AsyncGenerator<string, void, undefined>;
} {
  const clock = new VirtualClock();
  const over = new AbortController();
  const deps = { clock, kernelLog: log, bootTime: async () => 0 };
  return {
    clock,
    over,
    texts: async function* (request) {
      for await (const { bytes } of dmesg(deps, request, over.signal)) {
        yield Buffer.from(bytes ?? [])
          .toString()
          .split("]: ")[1]
          ?.trim() ?? "";
      }
    },
  };
}

test("all that there is, and over gaps and what is no record", async () => {
  const { log, open } = useLog(
    record("one"),
    { kind: "overrun" },
    { kind: "record", bytes: Buffer.from("?") },
    record("two"),
  );
  const { texts } = useDmesg(log);
  assert.deepEqual(await Array.fromAsync(texts(asked({}))), ["one", "two"]);
  assert.equal(open(), 0);
});

test("following waits for news, until the call is over", async () => {
  const { log, reads, open } = useLog(record("old"));
  const { clock, over, texts } = useDmesg(log);
  const stream = texts(asked({ follow: true }));
  assert.equal((await stream.next()).value, "old");
  const next = stream.next();
  await clock.advance(1000);
  reads.push(record("new"));
  await clock.advance(1000);
  assert.equal((await next).value, "new");
  const last = stream.next();
  await clock.advance(100);
  over.abort();
  assert.equal((await last).done, true);
  assert.equal(open(), 0);
  assert.equal(clock.pending, 0);
});

test("tail leaves out what was there before", async () => {
  const { log, reads } = useLog(record("old"), { kind: "overrun" }, record("older"));
  const { clock, texts } = useDmesg(log);
  const stream = texts(asked({ follow: true, tail: true }));
  const next = stream.next();
  await clock.advance(100);
  reads.push(record("new"));
  await clock.advance(1000);
  assert.equal((await next).value, "new");
  await stream.return();
  assert.deepEqual(
    await Array.fromAsync(useDmesg(useLog(record("old")).log).texts(asked({ tail: true }))),
    [],
  );
});

test("the machine's own log: a record that was just written comes at the end", async (t) => {
  const device = await open("/dev/kmsg", "r+").catch(() => undefined);
  if (device === undefined) return t.skip("peer missing: /dev/kmsg, to read and to write");
  await device.close();
  const text = `signalbox test ${systemRandom.uuid()} ü`;
  const deps = {
    clock: systemClock,
    kernelLog: deviceKernelLog(),
    bootTime: () => readBootTime("/proc", systemClock),
  };
  const over = new AbortController();
  const beforeMs = systemClock.now();
  await writeFile("/dev/kmsg", `<14>${text}\n`);
  const stream = dmesg(deps, asked({ follow: true }), over.signal);
  let line = "";
  while (!line.includes(text)) {
    line = Buffer.from((await stream.next()).value?.bytes ?? []).toString();
  }
  const [, time = ""] = /^user: {4}info: \[(.+)\]: signalbox test .*\n$/.exec(line) ?? [];
  // The kernel's clock and its uptime may be apart by what the machine took to boot.
  assert.ok(Math.abs(Date.parse(time) - beforeMs) < 60_000, line);
  over.abort();
  assert.equal((await stream.next()).done, true);

  const all = await Array.fromAsync(dmesg(deps, asked({}), new AbortController().signal));
  assert.ok(all.some(({ bytes }) => Buffer.from(bytes ?? []).includes(text)));
  const none = await Array.fromAsync(
    dmesg(deps, asked({ tail: true }), new AbortController().signal),
  );
  // The kernel may have written since.
  assert.ok(!none.some(({ bytes }) => Buffer.from(bytes ?? []).includes(text)));
});

test("a log that is not there, and one that may not be read", async (t) => {
  const root = await temporaryDirectory(t);
  await assert.rejects(deviceKernelLog(join(root, "none")).open(), {
    code: STATUS.FAILED_PRECONDITION,
    message: `the kernel's log cannot be read: ${root}/none: ENOENT`,
  });
  if (process.getuid?.() === 0) return;
  await writeFile(join(root, "kmsg"), "");
  await chmod(join(root, "kmsg"), 0);
  await assert.rejects(deviceKernelLog(join(root, "kmsg")).open(), {
    code: STATUS.PERMISSION_DENIED,
  });
});

test("the time of booting", async (t) => {
  const root = await temporaryDirectory(t);
  await writeFile(join(root, "uptime"), "100.25 42.00\n");
  assert.equal(await readBootTime(root, new VirtualClock(1_000_000)), 899_750);
  await assert.rejects(readBootTime(join(root, "none"), new VirtualClock()), {
    code: STATUS.FAILED_PRECONDITION,
  });
});

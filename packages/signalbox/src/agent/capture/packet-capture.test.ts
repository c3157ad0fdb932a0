import assert from "node:assert/strict";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { STATUS, type StatusCode } from "@signalbox/grpc";
import { PacketCaptureRequestSchema } from "#gen/machine/network_pb.js";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { capturePackets } from "./packet-capture.ts";

type Asked = MessageInitShape<typeof PacketCaptureRequestSchema>;

const never = new AbortController().signal;

/** A machine with the interface eth0, and a program in place of tcpdump. */
async function useProgram(
  t: TestContext,
  script: string,
): Promise<(asked: Asked, signal?: AbortSignal) => AsyncGenerator<string>> {
  const directory = await temporaryDirectory(t);
  await mkdir(join(directory, "class/net/eth0"), { recursive: true });
  const program = join(directory, "program");
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  const deps = { program, sys: directory, environment: { PATH: "/usr/bin:/bin" } };
  return async function* (asked, signal = never) {
    const request = create(PacketCaptureRequestSchema, asked);
    for await (const { bytes } of capturePackets(deps, request, signal)) {
      yield Buffer.from(bytes ?? []).toString();
    }
  };
}

async function text(pieces: AsyncIterable<string>): Promise<string> {
  return (await Array.fromAsync(pieces)).join("");
}

test("the command line", async (t) => {
  const capture = await useProgram(t, 'echo "$@"');
  const fixed = "-w - -U -n -s";
  assert.equal(
    await text(capture({ interface: "eth0" })),
    `-i eth0 ${fixed} 262144 --immediate-mode -p\n`,
  );
  assert.equal(
    await text(capture({ interface: "any", promiscuous: true, snapLen: 96 })),
    `-i any ${fixed} 96 --immediate-mode\n`,
  );
  assert.match(await text(capture({ interface: "eth0", snapLen: 4_000_000_000 })), / 262144 /);
});

test("the end of the call ends the program, which is gone then", async (t) => {
  const capture = await useProgram(t, "echo $$; exec sleep 60");
  const over = new AbortController();
  const stream = capture({ interface: "eth0" }, over.signal);
  const pid = Number((await stream.next()).value);
  over.abort();
  assert.equal((await stream.next()).done, true);
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
});

test("leaving early ends the program, even one that writes more than is read", async (t) => {
  const capture = await useProgram(t, "echo $$; exec yes");
  const stream = capture({ interface: "eth0" });
  const pid = Number.parseInt((await stream.next()).value ?? "", 10);
  await stream.return(undefined);
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
});

test("a program that fails says why", async (t) => {
  const capture = await useProgram(t, "echo first >&2; echo 'eth0: not permitted' >&2; exit 1");
  await assert.rejects(text(capture({ interface: "eth0" })), {
    code: STATUS.FAILED_PRECONDITION,
    message: "the capture failed: eth0: not permitted",
  });
});

test("requests that cannot be", async (t) => {
  const capture = await useProgram(t, "");
  const beyond = { op: 5, jt: 0, jf: 0, k: 9 };
  const rows: readonly [Asked, StatusCode][] = [
    [{}, STATUS.INVALID_ARGUMENT],
    [{ interface: "-w" }, STATUS.INVALID_ARGUMENT],
    [{ interface: "../net" }, STATUS.INVALID_ARGUMENT],
    [{ interface: "eth1" }, STATUS.NOT_FOUND],
    [{ interface: "eth0", bpfFilter: [beyond] }, STATUS.INVALID_ARGUMENT],
  ];
  for (const [asked, code] of rows) await assert.rejects(text(capture(asked)), { code });
});

test("a machine without the program", async () => {
  const request = create(PacketCaptureRequestSchema, { interface: "any" });
  const deps = { program: "/nowhere/tcpdump", sys: "/sys", environment: {} };
  await assert.rejects(Array.fromAsync(capturePackets(deps, request, never)), {
    code: STATUS.FAILED_PRECONDITION,
    message: "/nowhere/tcpdump does not start on this machine; install it to capture packets",
  });
});

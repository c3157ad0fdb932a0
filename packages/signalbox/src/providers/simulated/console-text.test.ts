import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { consoleText } from "./console-text.ts";
import type { Machine } from "./machine.ts";

const BOOTED: Machine = {
  id: "a",
  incarnation: "1",
  name: "web",
  cpus: 4,
  memoryBytes: 8 * 2 ** 30,
  privateIP: "10.0.0.130",
  gateway: "10.0.0.1",
  macAddress: "52:54:00:00:00:01",
  userDataBytes: 42,
  desired: "running",
  phase: { name: "running" },
  disk: { imageId: "ubuntu", hosts: ["web"] },
  boots: [{ startedMs: 1_000, tookMs: 800, hosts: [], imageId: "ubuntu" }],
  notices: [],
};

const TEXT = [
  "[    0.000000] Linux version 6.1.0-simulated (signalbox) #1 SMP",
  "[    0.040000] Command line: console=ttyS0 root=/dev/vda1",
  "[    0.080000] Memory: 8388608K available",
  "[    0.120000] smp: Brought up 1 node, 4 CPUs",
  "[    0.240000] virtio_net virtio0 eth0: link up, 52:54:00:00:00:01",
  "[    0.320000] EXT4-fs (vda1): mounted, made from image ubuntu",
  "disk: booted before by nobody, it is new",
  "network: eth0 has 10.0.0.130, gateway 10.0.0.1",
  "cloud-init: user data of 42 bytes",
  "",
  "web login: ",
];

const shown = (machine: Machine, nowMs: number): string[] =>
  consoleText(machine, nowMs).split("\r\n");

describe("the console of a simulated machine", () => {
  it("reads like a boot", () => {
    assert.deepEqual(shown(BOOTED, 60_000), [...TEXT, ""]);
  });

  it("shows no more than has happened", () => {
    assert.equal(consoleText(BOOTED, 999), "");
    assert.deepEqual(shown(BOOTED, 1_000), [TEXT[0], ""]);
    assert.deepEqual(shown(BOOTED, 1_400), [...TEXT.slice(0, 7), ""]);
    assert.deepEqual(shown(BOOTED, 1_799), [...TEXT.slice(0, 9), ""]);
  });

  it("only ever grows with time", () => {
    let before = "";
    for (let nowMs = 900; nowMs < 2_000; nowMs += 10) {
      const now = consoleText(BOOTED, nowMs);
      assert.ok(now.startsWith(before), `at ${nowMs}`);
      before = now;
    }
  });

  it("tells a shutdown from a reset and from a machine that was lost", () => {
    for (const [how, lines] of [
      ["off", ["The system is going down NOW!", "reboot: Power down"]],
      ["reset", ["reboot: machine reset"]],
      ["lost", []],
    ] as const) {
      const [boot] = BOOTED.boots;
      assert.ok(boot);
      const ended = { ...BOOTED, boots: [{ ...boot, end: { atMs: 5_000, how } }] };
      assert.deepEqual(shown(ended, 4_999), [...TEXT, ""]);
      assert.deepEqual(shown(ended, 5_000), [...TEXT, ...lines, ""]);
    }
  });
});

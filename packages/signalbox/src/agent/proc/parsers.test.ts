// Each parser on what a kernel printed, cut short.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import {
  CPUInfoSchema,
  DiskStatsSchema,
  MemInfoSchema,
  SystemStatSchema,
} from "#gen/machine/system_pb.js";
import { NetworkDeviceStatsSchema } from "#gen/machine/network_pb.js";
import { parseCpuInfo } from "./cpu-info.ts";
import { parseDiskStats } from "./disk-stats.ts";
import { parseLoadAvg } from "./load-avg.ts";
import { parseMemInfo } from "./mem-info.ts";
import { parseMountTable } from "./mount-table.ts";
import { parseNetworkDevices } from "./network-devices.ts";
import { parsePageSize } from "./page-size.ts";
import { parsePidStat } from "./pid-stat.ts";
import { parseSystemStat } from "./system-stat.ts";

test("loadavg", () => {
  assert.deepEqual(parseLoadAvg("11.04 10.48 7.13 9/226 4408\n"), {
    ok: true,
    value: { load1: 11.04, load5: 10.48, load15: 7.13 },
  });
  for (const text of ["", "1 2 3 4/5 6", "1.0 2.0", "a.b c.d e.f 1/2 3"]) {
    assert.equal(parseLoadAvg(text).ok, false, text);
  }
});

test("meminfo: names lose what is no letter or digit, numbers stay as printed", () => {
  const text = [
    "MemTotal:       24684092 kB",
    "MemFree:        17717588 kB",
    "Active(anon):    2865064 kB",
    "SwapTotal:             0 kB",
    "NFS_Unstable:          7 kB",
    "Committed_AS:    6431624 kB",
    "HugePages_Total:       3",
    "HugePages_Rsvd:        1",
    "Hugepagesize:       2048 kB",
    "DirectMap4k:      104252 kB",
    "DirectMap1G:    20971520 kB",
    "Zswapped:              9 kB",
    "constructor:           9 kB",
  ].join("\n");
  const found = create(MemInfoSchema, parseMemInfo(text));
  assert.deepEqual(
    found,
    create(MemInfoSchema, {
      memtotal: 24684092n,
      memfree: 17717588n,
      activeanon: 2865064n,
      nfsunstable: 7n,
      committedas: 6431624n,
      hugepagestotal: 3n,
      hugepagesrsvd: 1n,
      hugepagesize: 2048n,
      directmap4k: 104252n,
      directmap1g: 20971520n,
    }),
  );
});

test("meminfo knows every field of the message, and no other", () => {
  const fields = MemInfoSchema.fields.map(({ localName }) => localName);
  const text = [...fields, "other"].map((name, index) => `${name}: ${index + 1} kB`).join("\n");
  const found = parseMemInfo(text);
  assert.deepEqual(Object.keys(found), fields);
});

test("cpuinfo of a PC", () => {
  const block = (processor: number): string =>
    [
      `processor\t: ${processor}`,
      "vendor_id\t: AuthenticAMD",
      "cpu family\t: 26",
      "model\t\t: 2",
      "model name\t: AMD EPYC: 9",
      "stepping\t: 1",
      "microcode\t: 0x1000065",
      "cpu MHz\t\t: 2596.120",
      "cache size\t: 1024 KB",
      "physical id\t: 0",
      "siblings\t: 2",
      "core id\t\t: 1",
      "cpu cores\t: 2",
      "apicid\t\t: 3",
      "initial apicid\t: 4",
      "fpu\t\t: yes",
      "fpu_exception\t: yes",
      "cpuid level\t: 28",
      "wp\t\t: yes",
      "flags\t\t: fpu vme de",
      "bugs\t\t: sysret_ss_attrs null_seg",
      "bogomips\t: 5192.24",
      "clflush size\t: 64",
      "cache_alignment\t: 128",
      "address sizes\t: 48 bits physical, 48 bits virtual",
      "power management:",
      "",
    ].join("\n");
  const [first, second, ...rest] = parseCpuInfo(`${block(0)}\n${block(1)}\n`);
  assert.deepEqual(rest, []);
  assert.ok(first);
  assert.deepEqual(
    create(CPUInfoSchema, first),
    create(CPUInfoSchema, {
      processor: 0,
      vendorId: "AuthenticAMD",
      cpuFamily: "26",
      model: "2",
      modelName: "AMD EPYC: 9",
      stepping: "1",
      microcode: "0x1000065",
      cpuMhz: 2596.12,
      cacheSize: "1024 KB",
      physicalId: "0",
      siblings: 2,
      coreId: "1",
      cpuCores: 2,
      apicId: "3",
      initialApicId: "4",
      fpu: "yes",
      fpuException: "yes",
      cpuIdLevel: 28,
      wp: "yes",
      flags: ["fpu", "vme", "de"],
      bugs: ["sysret_ss_attrs", "null_seg"],
      bogoMips: 5192.24,
      clFlushSize: 64,
      cacheAlignment: 128,
      addressSizes: "48 bits physical, 48 bits virtual",
      powerManagement: "",
    }),
  );
  assert.deepEqual(second, { ...first, processor: 1 });
});

test("cpuinfo of an Arm board, whose last block is the board's", () => {
  const text = "processor\t: 0\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd\n\nHardware\t: BCM2835\n";
  const found = parseCpuInfo(text);
  assert.equal(found.length, 1);
  assert.equal(found[0]?.bogoMips, 108);
  assert.deepEqual(found[0]?.flags, ["fp", "asimd"]);
});

test("stat: processor time in seconds, processors by number", () => {
  const text = [
    "cpu  1598426 0 418411 2582467 12920 7 17579 2460 3 4",
    "cpu0 100 1 2 3 4 5 6 7 8 9",
    "cpu3 50 0 0 0 0 0 0 0 0 0",
    "intr 31572437 0 12 0 5",
    "ctxt 116373306",
    "btime 1795261917",
    "processes 393069",
    "procs_running 11",
    "procs_blocked 2",
    "softirq 49258943 1 1454415 8 30709849 3544105 6 10 1773536 551605 11225415",
  ].join("\n");
  const stat = create(SystemStatSchema, parseSystemStat(text));
  assert.equal(stat.bootTime, 1795261917n);
  assert.equal(stat.cpuTotal?.user, 15984.26);
  assert.equal(stat.cpuTotal?.guestNice, 0.04);
  assert.deepEqual(
    stat.cpu.map(({ user }) => user),
    [1, 0, 0, 0.5],
  );
  assert.deepEqual(
    [stat.cpu[0]?.nice, stat.cpu[0]?.softIrq, stat.cpu[0]?.guestNice],
    [0.01, 0.06, 0.09],
  );
  assert.equal(stat.irqTotal, 31572437n);
  assert.deepEqual(stat.irq, [0n, 12n, 0n, 5n]);
  assert.deepEqual(
    [stat.contextSwitches, stat.processCreated, stat.processRunning, stat.processBlocked],
    [116373306n, 393069n, 11n, 2n],
  );
  assert.equal(stat.softIrqTotal, 49258943n);
  const { hi, timer, netTx, netRx, block, blockIoPoll, tasklet, sched, hrtimer, rcu } =
    stat.softIrq ?? {};
  assert.deepEqual(
    [hi, timer, netTx, netRx, block, blockIoPoll, tasklet, sched, hrtimer, rcu],
    [1n, 1454415n, 8n, 30709849n, 3544105n, 6n, 10n, 1773536n, 551605n, 11225415n],
  );
});

test("stat: a strange processor number makes no endless list", () => {
  assert.deepEqual(parseSystemStat("cpu99999 1\ncpu8192 1\n").cpu, []);
});

test("diskstats: old short lines are left out, the total adds all lines", () => {
  const text = [
    " 254       0 vda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 500 196340616",
    " 254       1 vda1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "   8       0 sda 1 2 3 4 5 6 7 8 9 10 11",
  ].join("\n");
  const parsed = parseDiskStats(text);
  const { total, devices } = create(DiskStatsSchema, parsed);
  assert.deepEqual(
    devices.map(({ name }) => name),
    ["vda", "vda1"],
  );
  assert.deepEqual(Object.values(parsed.devices?.[0] ?? {}), [
    "vda",
    ...Array.from({ length: 15 }, (_, n) => BigInt(n + 1)),
  ]);
  assert.deepEqual([total?.name, total?.readCompleted, total?.discardTimeMs], ["", 2n, 16n]);
});

test("net/dev: sorted, the total bears all names", () => {
  const text = [
    "Inter-|   Receive                                                |  Transmit",
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed",
    "    lo: 100 1    0    0    0     0          0         0 100 1 0 0 0 0 0 0",
    "  eth0:1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
    "eth0.5: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
  ].join("\n");
  const parsed = parseNetworkDevices(text);
  const { total } = create(NetworkDeviceStatsSchema, parsed);
  assert.deepEqual(Object.values(parsed.devices?.[0] ?? {}), [
    "eth0",
    ...Array.from({ length: 16 }, (_, n) => BigInt(n + 1)),
  ]);
  assert.deepEqual(
    [total?.name, total?.rxBytes, total?.txPackets],
    ["eth0, eth0.5, lo", 102n, 21n],
  );
});

test("mounts: octal escapes are decoded", () => {
  const text = [
    "/dev/vda1 / ext4 rw 0 0",
    String.raw`//nas/my\040share /mnt/a\040b\011c\134d cifs rw 0 0`,
    "short",
    "",
  ].join("\n");
  assert.deepEqual(parseMountTable(text), [
    { filesystem: "/dev/vda1", mountedOn: "/", type: "ext4" },
    { filesystem: "//nas/my share", mountedOn: "/mnt/a b\tc\\d", type: "cifs" },
  ]);
});

test("stat of a process whose name is made to confuse", () => {
  const text =
    "1 (a) R (b\n c) S 7 6 0 0 -1 4194560 209121 525907636 0 78917 1461 8524 1448560 367735 20 0 14 0 24 57880576 5516 18446744073709551615 1";
  assert.deepEqual(parsePidStat(text), {
    ok: true,
    value: {
      pid: 1,
      command: "a) R (b\n c",
      state: "S",
      ppid: 7,
      group: 6,
      threads: 14,
      cpuSeconds: 99.85,
      virtualMemory: 57880576n,
      residentPages: 5516n,
    },
  });
  for (const bad of ["", "1 a S 7", "1 (a) S 7 0", ")(", "("]) {
    assert.equal(parsePidStat(bad).ok, false, bad);
  }
});

test("the size of a page", () => {
  const auxv = Buffer.from(
    "21000000000000000000000000000000" +
      "06000000000000000040000000000000" +
      "00000000000000000000000000000000",
    "hex",
  );
  assert.equal(parsePageSize(auxv), 16384n);
  assert.equal(parsePageSize(auxv.subarray(0, 31)), undefined);
  assert.equal(parsePageSize(Buffer.alloc(0)), undefined);
});

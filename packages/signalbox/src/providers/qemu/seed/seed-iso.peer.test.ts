import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { missingProgram, skipWithout } from "../testing/peer-missing.ts";
import { buildSeedIso, type Seed } from "./seed-iso.ts";

const PYTHON = "/usr/bin/python3";
const NOCLOUD_READER = join(import.meta.dirname, "cloud-init-nocloud.py");
const MULTIPART = readFileSync(join(import.meta.dirname, "multipart-user-data.fixture.txt"));

const seed: Seed = {
  instanceId: "7d3fd1f0-1",
  hostname: "web-1",
  userData: MULTIPART,
  network: {
    mac: "52:54:00:12:34:56",
    address: "10.0.0.4",
    prefixLength: 24,
    gateway: "10.0.0.1",
    dns: ["9.9.9.9"],
    routes: [{ prefix: "192.168.7.0/24", nexthop: "10.0.0.9" }],
  },
};

const bsdtarMissing = skipWithout(missingProgram(["bsdtar"], process.env), process.env);
const cloudInitMissing = skipWithout(
  missingProgram(["cloud-init", "bsdtar"], process.env),
  process.env,
);

function workDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-seed-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** Unpacks the seed with libarchive, to where cloud-init looks for a seed directory. */
function unpack(work: string, content: Seed): string {
  const directory = join(work, "seed", "nocloud");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(work, "seed.iso"), buildSeedIso(content));
  execFileSync("bsdtar", ["-xf", join(work, "seed.iso"), "-C", directory]);
  return directory;
}

function readWithCloudInit(work: string) {
  const output = execFileSync(PYTHON, [NOCLOUD_READER, work], { encoding: "utf8" });
  return JSON.parse(output);
}

test("libarchive reads every file under its own name", { skip: bsdtarMissing }, (t) => {
  const directory = unpack(workDirectory(t), seed);
  assert.deepEqual(readdirSync(directory).sort(), [
    "meta-data",
    "network-config",
    "user-data",
    "vendor-data",
  ]);
  assert.deepEqual(readFileSync(join(directory, "user-data")), MULTIPART);
});

test("cloud-init's NoCloud source reads the seed", { skip: cloudInitMissing }, (t) => {
  const work = workDirectory(t);
  unpack(work, seed);
  const read = readWithCloudInit(work);
  assert.equal(read.found, true);
  assert.equal(read.instanceId, "7d3fd1f0-1");
  assert.equal(read.hostname, "web-1");
  assert.deepEqual(Buffer.from(read.userData, "base64"), MULTIPART);
  const [nic] = read.interfaces;
  assert.equal(nic.name, "eth0");
  assert.equal(nic.mac_address, "52:54:00:12:34:56");
  assert.deepEqual(nic.subnets[0].type, "dhcp4");
});

test("cloud-init finds the parts of multipart user data", { skip: cloudInitMissing }, (t) => {
  const work = workDirectory(t);
  unpack(work, seed);
  const types = readWithCloudInit(work).userDataParts.map((part: { type: string }) => part.type);
  assert.deepEqual(types, ["text/x-shellscript", "text/cloud-config"]);
});

test("cloud-init takes a static address, routes and DNS", { skip: cloudInitMissing }, (t) => {
  const work = workDirectory(t);
  unpack(work, { ...seed, network: { ...seed.network, addressing: "static" } });
  const [nic] = readWithCloudInit(work).interfaces;
  const [subnet] = nic.subnets;
  assert.equal(subnet.type, "static");
  assert.equal(subnet.address, "10.0.0.4");
  assert.equal(subnet.prefix, 24);
  assert.deepEqual(subnet.dns_nameservers, ["9.9.9.9"]);
  assert.deepEqual(
    subnet.routes.map((route: { network: string; prefix: number; gateway: string }) => [
      `${route.network}/${route.prefix}`,
      route.gateway,
    ]),
    [
      ["0.0.0.0/0", "10.0.0.1"],
      ["192.168.7.0/24", "10.0.0.9"],
    ],
  );
});

test("a seed without user data is a seed", { skip: cloudInitMissing }, (t) => {
  const work = workDirectory(t);
  const { userData: _, ...bare } = seed;
  unpack(work, bare);
  const read = readWithCloudInit(work);
  assert.equal(read.found, true);
  assert.equal(read.userData, "");
});

test("cloud-init finds the volume by its label and mounts it", { skip: volumeUnusable() }, (t) => {
  const work = workDirectory(t);
  const image = join(work, "seed.iso");
  writeFileSync(image, buildSeedIso(seed));
  const device = execFileSync("losetup", ["--find", "--show", "--read-only", image], {
    encoding: "utf8",
  }).trim();
  t.after(() => execFileSync("losetup", ["--detach", device]));
  const read = readWithCloudInit(work);
  assert.equal(read.seed, device);
  assert.equal(read.instanceId, "7d3fd1f0-1");
});

/** Mounting takes root and a kernel with ISO 9660; neither is a peer that could be installed. */
function volumeUnusable(): string | false {
  if (cloudInitMissing !== false) return cloudInitMissing;
  if (process.getuid?.() !== 0) return "mounting a volume takes root";
  const known = readFileSync("/proc/filesystems", "utf8").includes("iso9660");
  return known ? false : "this kernel cannot mount ISO 9660";
}

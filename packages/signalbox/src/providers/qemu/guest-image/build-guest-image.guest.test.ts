import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import {
  buildGuestImage,
  interruptGuestImage,
  missingForGuestImage,
} from "../testing/guest-image-builder.ts";
import { missingProgram, skipWithout } from "../testing/peer-missing.ts";

const TOOLS = ["qemu-img", "mke2fs", "debugfs", "dpkg-deb"];
const skip = skipWithout(missingProgram(TOOLS, process.env) ?? missingForGuestImage(), process.env);

function workDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-build-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

function build(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return buildGuestImage(args, { ...process.env, ...environment });
}

test("two builds give the same bytes, and the output says which", { skip }, (t) => {
  const directory = workDirectory(t);
  const first = join(directory, "one.qcow2");
  const second = join(directory, "two.qcow2");
  const built = build(["--output", first]);
  assert.equal(built.status, 0, built.stderr);
  // Another time zone, another umask, another user's mtools configuration.
  const umask = process.umask(0o077);
  t.after(() => process.umask(umask));
  const again = build(["--output", second], { TZ: "Asia/Kathmandu", MTOOLSRC: "/nonexistent" });
  assert.equal(again.status, 0, again.stderr);
  assert.deepEqual(readFileSync(second), readFileSync(first));
  const sha256 = createHash("sha256").update(readFileSync(first)).digest("hex");
  const { size } = statSync(first);
  assert.deepEqual(built.stdout.trim().split("\n").slice(-3), [
    `path   ${first}`,
    `size   ${size}`,
    `sha256 ${sha256}`,
  ]);
  assert.deepEqual(readdirSync(directory).sort(), ["one.qcow2", "two.qcow2"]);
});

test("a damaged package in the cache is fetched again", { skip }, (t) => {
  const cache = workDirectory(t);
  assert.equal(build(["--cache", cache]).status, 0);
  const packages = join(cache, "packages");
  const busybox = join(packages, readdirSync(packages).find((f) => f.startsWith("busybox")) ?? "");
  const intact = readFileSync(busybox);
  writeFileSync(busybox, "not a package");
  const again = build(["--cache", cache]);
  assert.match(again.stdout, /packages downloaded now: 1\b/);
  assert.deepEqual(readFileSync(busybox), intact);
  const kept = ["apt-lists.bin", "guest.qcow2", "packages", "unpacked"];
  assert.deepEqual(readdirSync(cache).sort(), kept);
});

test("Ctrl-C ends it, and leaves nothing", { skip }, async (t) => {
  const cache = workDirectory(t);
  const signal = await interruptGuestImage(["--cache", cache], workDirectory(t));
  assert.equal(signal, "SIGINT");
  assert.deepEqual(readdirSync(cache), []);
});

test("a missing tool is one error that names its Debian package", { skip }, (t) => {
  const directory = workDirectory(t);
  const output = join(directory, "guest.qcow2");
  const PATH = directoryOf(join(directory, "bin"), {
    node: process.execPath,
    dirname: "/usr/bin/dirname",
    readlink: "/usr/bin/readlink",
  });
  const { status, stderr } = build(["--output", output], { PATH });
  assert.equal(status, 1);
  assert.match(stderr, /^build-guest-image: missing: .*qemu-img \(Debian package qemu-utils\)/);
  assert.match(stderr, /sudo apt-get install .*qemu-utils/);
});

function directoryOf(directory: string, programs: Readonly<Record<string, string>>): string {
  mkdirSync(directory);
  for (const [name, target] of Object.entries(programs)) symlinkSync(target, join(directory, name));
  return directory;
}

test("an unknown option shows the usage", () => {
  const { status, stderr } = build(["--nonsense"]);
  assert.equal(status, 1);
  assert.match(stderr, /--nonsense/);
  assert.match(stderr, /usage: scripts\/build-guest-image/);
});

test("without package lists, the error says how to get them", { skip }, (t) => {
  const directory = workDirectory(t);
  const configuration = join(directory, "apt.conf");
  writeFileSync(
    configuration,
    `Dir::State::lists "${directory}/lists";\nDir::Cache "${directory}";\n`,
  );
  const { status, stderr } = build(["--cache", directory], { APT_CONFIG: configuration });
  assert.equal(status, 1);
  assert.match(stderr, /^build-guest-image: apt knows no package .*Run: sudo apt-get update/);
});

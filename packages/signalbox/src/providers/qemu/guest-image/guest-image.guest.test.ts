import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { buildSeedIso, type Seed } from "../seed/seed-iso.ts";
import { BootedGuest, type BootOptions } from "../testing/booted-guest.ts";
import { buildGuestImage, missingForGuestImage } from "../testing/guest-image-builder.ts";
import { missingProgram, skipWithout } from "../testing/peer-missing.ts";

const TOOLS = ["qemu-system-x86_64", "qemu-img", "mke2fs", "debugfs", "e2fsck", "mformat"];
const skip = skipWithout(missingProgram(TOOLS, process.env) ?? missingForGuestImage(), process.env);
const options = { skip, concurrency: 2 };

const MULTIPART = readFileSync(
  join(import.meta.dirname, "../seed/multipart-user-data.fixture.txt"),
);
const network = {
  mac: "52:54:00:12:34:56",
  address: "10.0.0.4",
  prefixLength: 24,
  dns: [],
  routes: [],
};

/** Of this run alone; the packages that the image is made from are kept in the checkout. */
let directory = "";
let image = "";

before(() => {
  if (skip !== false) return;
  directory = mkdtempSync(join(tmpdir(), "signalbox-guest-"));
  image = join(directory, "guest.qcow2");
  const { status, stderr } = buildGuestImage(["--output", image], process.env);
  assert.equal(status, 0, stderr);
});

after(() => {
  if (directory !== "") rmSync(directory, { recursive: true });
});

function overlay(backing: string, name: string): string {
  const path = join(directory, name);
  execFileSync("qemu-img", ["create", "-qf", "qcow2", "-b", backing, "-F", "qcow2", path, "2G"]);
  return path;
}

function seedFile(name: string, seed: Partial<Seed>): string {
  const path = join(directory, name);
  writeFileSync(path, buildSeedIso({ instanceId: name, hostname: "web-1", network, ...seed }));
  return path;
}

function script(...lines: readonly string[]): Buffer {
  return Buffer.from(["#!/bin/sh", ...lines, ""].join("\n"));
}

function boot(t: TestContext, options: Omit<BootOptions, "monitor">): BootedGuest {
  const guest = new BootedGuest({ ...options, monitor: `${options.disk}.monitor` });
  t.after(() => guest.kill());
  return guest;
}

/** Every block and inode in its place: what a clean stop leaves, and a repaired journal. */
function assertCleanFileSystem(disk: string): void {
  const raw = `${disk}.raw`;
  execFileSync("qemu-img", ["convert", "-O", "raw", disk, raw]);
  const rootPartition = 32 * 1024 * 1024;
  const output = execFileSync("e2fsck", ["-fn", `${raw}?offset=${rootPartition}`], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  assert.doesNotMatch(output, /recover|not cleanly|FIXED|WARNING/i);
  rmSync(raw);
}

function vfatSeed(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  const volume = join(directory, `${name}.vfat`);
  execFileSync("mformat", ["-C", "-f", "1440", "-v", "CIDATA", "-i", volume, "::"]);
  for (const [file, content] of Object.entries(files)) {
    execFileSync("mcopy", ["-i", volume, "-", `::${file}`], { input: content });
  }
  return volume;
}

describe("the guest image", options, () => {
  it("boots to a login on a closed network, and the power button stops it", async (t) => {
    const disk = overlay(image, "plain");
    const userData = script("echo user data sees $(hostname)", "df -m / | tail -n 1");
    const guest = boot(t, { disk, seed: seedFile("plain.iso", { userData }) });
    await guest.line(/Linux version \S+-cloud-amd64/);
    await guest.line(/^signalbox-guest: instance plain\.iso\r?$/);
    await guest.line(/^signalbox-guest: address 10\.0\.0\.4\r?$/);
    await guest.line(/^signalbox-guest: booted\r?$/);
    await guest.line(/^web-1 login: /);
    await guest.line(/^user data sees web-1\r?$/);
    // Up to the mount point: a line may come in pieces.
    const size = /\/dev\/vda2 +(\d+)/.exec(await guest.line(/^\/dev\/vda2 .* \/\r?$/));
    assert.ok(Number(size?.[1]) > 1800, "the root file system grew to the disk's size");
    await guest.line(/^signalbox-guest: user-data done\r?$/);
    await guest.line(/^signalbox-guest: ready\r?$/);
    guest.pressPowerButton();
    await guest.line(/^signalbox-guest: going down\r?$/);
    await guest.poweredOff();
    assertCleanFileSystem(disk);
  });

  it("what one instance writes, another one made from its disk reads", async (t) => {
    const first = overlay(image, "first");
    const writing = script("echo the marker >/root/marker", "poweroff");
    const writer = boot(t, { disk: first, seed: seedFile("a.iso", { userData: writing }) });
    await writer.line(/^signalbox-guest: going down\r?$/);
    await writer.poweredOff();

    const second = overlay(first, "second");
    const reading = seedFile("b.iso", {
      hostname: "web-2",
      userData: script("echo found $(cat /root/marker) on $(hostname)", "reboot"),
    });
    const reader = boot(t, { disk: second, seed: reading });
    await reader.line(/^signalbox-guest: instance b\.iso\r?$/);
    await reader.line(/^found the marker on web-2\r?$/);
    // QEMU was told to end where a machine would start again.
    await reader.poweredOff();

    const again = boot(t, { disk: second, seed: reading });
    await again.line(/^signalbox-guest: user-data ran at an earlier boot of this instance\r?$/);
    await again.line(/^signalbox-guest: ready\r?$/);
    assert.doesNotMatch(again.output, /found the marker/);
  });

  it("multipart user data: the script runs, and the cloud-config part", async (t) => {
    const disk = overlay(image, "multipart");
    const guest = boot(t, { disk, seed: seedFile("m.iso", { userData: MULTIPART }) });
    await guest.line(/^multipart script ran\r?$/);
    await guest.line(/^cloud-config ran: ssh-ed25519\r?$/);
    await guest.line(/^signalbox-guest: user-data done\r?$/);
  });

  it("cloud-config sets a password, and says what it leaves out", async (t) => {
    const userData = Buffer.from(
      [
        "#cloud-config",
        "hostname: other",
        "password: correct horse",
        "packages: [nginx]",
        "bootcmd:",
        "  - [echo, early]",
        "write_files:",
        "  - {path: /etc/secret, permissions: '0600', encoding: b64, content: aGlkZGVuCg==}",
        "runcmd:",
        "  - stat -c '%a %U' /etc/secret; cat /etc/secret",
        "",
      ].join("\n"),
    );
    const guest = boot(t, {
      disk: overlay(image, "config"),
      seed: seedFile("c.iso", { userData }),
      machine: "pc",
    });
    await guest.line(/^cloud-init: ignored packages of cloud-config part-001\r?$/);
    await guest.line(/^early\r?$/);
    await guest.line(/^other login: /);
    await guest.line(/^600 root\r?$/);
    await guest.line(/^hidden\r?$/);
    await guest.line(/^signalbox-guest: ready\r?$/);
    guest.type("root\n");
    await guest.line(/^Password: /);
    guest.type("correct horse\n");
    await guest.line(/root@other:~# /);
    guest.type("echo logged in as $(whoami)\n");
    await guest.line(/^logged in as root\r?$/);
  });

  it("nobody logs in without a password of the seed's", async (t) => {
    const guest = boot(t, { disk: overlay(image, "locked") });
    await guest.line(/^signalbox-guest: no volume is labelled cidata: there is no seed\r?$/);
    await guest.line(/^signalbox-guest: instance nocloud\r?$/);
    await guest.line(/^signalbox login: /);
    await guest.line(/^signalbox-guest: ready\r?$/);
    guest.type("root\n");
    await guest.line(/^Password: /);
    guest.type("\n");
    await guest.line(/^Login incorrect\r?$/);
  });

  it("a vfat seed with a name, a static address, routes and name servers", async (t) => {
    const config = {
      version: 2,
      ethernets: {
        nic: {
          match: { macaddress: network.mac },
          "set-name": "lan0",
          addresses: ["10.0.0.77/24"],
          routes: [{ to: "192.168.7.0/24", via: "10.0.0.9" }],
          nameservers: { addresses: ["9.9.9.9"] },
          optional: true,
        },
      },
    };
    const seed = vfatSeed("static", {
      "meta-data": "instance-id: static-1\nlocal-hostname: web-3.example.org\n",
      "network-config": JSON.stringify(config),
      "user-data": script("hostname", "ip route show 192.168.7.0/24", "cat /etc/resolv.conf"),
    });
    const guest = boot(t, { disk: overlay(image, "static-disk"), seed });
    await guest.line(/^signalbox-guest: instance static-1\r?$/);
    await guest.line(/^cloud-init: ignored network-config ethernets\/nic\/optional\r?$/);
    await guest.line(/^signalbox-guest: address 10\.0\.0\.77\r?$/);
    await guest.line(/^web-3\r?$/);
    await guest.line(/^192\.168\.7\.0\/24 via 10\.0\.0\.9 dev lan0 *\r?$/);
    await guest.line(/^nameserver 9\.9\.9\.9\r?$/);
  });

  it("a machine that is killed loses nothing that was synced", async (t) => {
    const disk = overlay(image, "killed");
    const userData = script(
      "echo kept >/root/kept",
      "sync",
      "echo killable",
      "while :; do echo more >>/root/more; done",
    );
    const seed = seedFile("k.iso", { userData });
    const guest = boot(t, { disk, seed });
    await guest.line(/^killable\r?$/);
    await guest.kill();

    const reading = seedFile("l.iso", {
      userData: script("echo $(cat /root/kept) through the crash"),
    });
    const next = boot(t, { disk, seed: reading });
    await next.line(/EXT4-fs \(vda2\): recovery complete/);
    await next.line(/^kept through the crash\r?$/);
    next.pressPowerButton();
    await next.poweredOff();
    assertCleanFileSystem(disk);
  });
});

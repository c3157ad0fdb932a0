import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { CertificateFile } from "./checks/certificates.ts";
import type { FileFacts } from "./checks/data-files.ts";
import { CHECKS, judgeFacts } from "./checks.ts";
import type { Facts } from "./facts.ts";
import type { Finding, Verdict } from "./finding.ts";

const GIB = 1024 ** 3;
const NOW = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;
const ROOT = { uid: 0, name: "root" };
const SIGNALBOX = { uid: 990, name: "signalbox" };
const STRANGER = { uid: 1234, name: undefined };

/** A host on which nothing is wrong. */
const HEALTHY: Facts = {
  configuration: { sources: ["flag --data-dir"] },
  host: {
    platform: "linux",
    nodeVersion: "24.21.0",
    cpus: 2,
    memoryBytes: 8 * GIB,
    availableBytes: 4 * GIB,
  },
  openFiles: { limit: 65_536, of: "this process", maxConnections: 10_000 },
  clock: { nowMs: NOW, storeWrittenMs: NOW - DAY },
  disk: {
    path: "/srv/sb",
    totalBytes: 100 * GIB,
    freeBytes: 50 * GIB,
    freeFiles: 9e5,
    leastFreeBytes: 64 * 1024 ** 2,
  },
  directory: {
    path: "/srv/sb",
    user: SIGNALBOX,
    state: { is: "there", owner: SIGNALBOX, mode: 0o40700, refusal: undefined },
  },
  files: { directory: "/srv/sb", owner: SIGNALBOX, user: SIGNALBOX, files: [file("tokens.json")] },
  daemon: { dataDir: "/srv/sb", holder: { pid: 77, user: SIGNALBOX }, hasEndpoints: true },
  store: { is: "whole", bytes: 56 * 1024, revision: 12, notedRevision: 12, referenced: {} },
  declaredIds: {
    path: "/srv/sb/config.yaml",
    isThere: true,
    undeclared: [],
    referenced: { organizations: ["o1"], projects: ["p1"], regions: ["r1"] },
  },
  listeners: [
    { name: "rest", flag: "--listen-rest", address: "127.0.0.1:6080", state: { is: "ours" } },
  ],
  certificates: { nowMs: NOW, files: [certificate({}), key(true, 0o600)] },
  qemuPrograms: {
    need: "required",
    programs: [
      { program: "qemu-system-x86_64", version: "7.2.22", debianPackage: "qemu-system-x86" },
      { program: "qemu-img", version: "7.2.22", debianPackage: "qemu-utils" },
    ],
  },
  acceleration: {
    configured: "auto",
    device: "usable",
    trial: { acceleration: "kvm", message: "machines run with hardware acceleration (KVM)" },
  },
  guestImage: {
    path: "/srv/guest.qcow2",
    isConfigured: true,
    state: { is: "usable", virtualBytes: GIB },
  },
  machines: { machines: [{ serverId: "a", state: { is: "running" } }], isDaemonRunning: true },
};

function file(name: string, changes: Partial<FileFacts> = {}): FileFacts {
  const fine = { owner: SIGNALBOX, mode: 0o100600, isUsable: true, isSecret: true };
  return { name, ...fine, ...changes };
}

function certificate(
  changes: Partial<Extract<CertificateFile["content"], { readonly is: "certificate" }>>,
  option = "tls.certificate",
): CertificateFile {
  return {
    option,
    path: "server.pem",
    content: {
      is: "certificate",
      subject: "CN=sb",
      notBeforeMs: NOW - DAY,
      notAfterMs: NOW + 90 * DAY,
      isAuthority: false,
      usages: undefined,
      ...changes,
    },
  };
}

function key(fits: boolean, mode: number): CertificateFile {
  return { option: "tls.key", path: "server.key", content: { is: "key", fits, mode } };
}

const disk = (changes: Partial<Facts["disk"] & object>): Partial<Facts> => ({
  disk: { ...(HEALTHY.disk as object), ...changes } as Facts["disk"],
});
const directory = (
  state: Facts["directory"]["state"],
  user = SIGNALBOX as Facts["directory"]["user"],
): Partial<Facts> => ({ directory: { path: "/srv/sb", user, state } });
const files = (...changed: readonly FileFacts[]): Partial<Facts> => ({
  files: { directory: "/srv/sb", owner: SIGNALBOX, user: SIGNALBOX, files: changed },
});
const daemon = (changes: Partial<Facts["daemon"] & object>): Partial<Facts> => ({
  daemon: { dataDir: "/srv/sb", holder: undefined, hasEndpoints: false, ...changes },
});
const ids = (changes: Partial<Facts["declaredIds"] & object>): Partial<Facts> => ({
  declaredIds: { ...(HEALTHY.declaredIds as object), ...changes } as Facts["declaredIds"],
});
const listener = (state: NonNullable<Facts["listeners"]>[number]["state"]): Partial<Facts> => ({
  listeners: [{ name: "rest", flag: "--listen-rest", address: "127.0.0.1:6080", state }],
});
const tls = (...certificates: readonly CertificateFile[]): Partial<Facts> => ({
  certificates: { nowMs: NOW, files: certificates },
});
const programs = (need: "required" | "optional", version: string | undefined): Partial<Facts> => ({
  qemuPrograms: {
    need,
    programs: [{ program: "qemu-system-x86_64", version, debianPackage: "qemu-system-x86" }],
  },
});
const acceleration = (changes: Partial<Facts["acceleration"] & object>): Partial<Facts> => ({
  acceleration: { ...(HEALTHY.acceleration as object), ...changes } as Facts["acceleration"],
});
const image = (changes: Partial<Facts["guestImage"] & object>): Partial<Facts> => ({
  guestImage: { ...(HEALTHY.guestImage as object), ...changes } as Facts["guestImage"],
});
const host = (changes: Partial<Facts["host"]>): Partial<Facts> => ({
  host: { ...HEALTHY.host, ...changes },
});
const down = { is: "down", reason: "QEMU was killed from outside" } as const;

type Case = readonly [Partial<Facts>, check: string, Verdict, found: RegExp, advice: RegExp];

// biome-ignore format: a table
const CASES: readonly Case[] = [
  [{ configuration: { sources: [], error: "a.yaml: log.level: is not one" } }, "configuration", "failure", /log\.level/, /docs\/configuration/],
  [host({ nodeVersion: "20.20.2" }), "host", "failure", /too old/, /Node 24/],
  [host({ platform: "darwin" }), "host", "warning", /darwin/, /Linux/],
  [host({ availableBytes: 100 * 1024 ** 2 }), "host", "warning", /only 100 MiB of 8\.0 GiB/, /more memory/],
  [{ openFiles: { limit: 1024, of: "daemon", maxConnections: 10_000 } }, "open files", "warning", /the daemon may open 1024/, /LimitNOFILE/],
  [{ clock: { nowMs: 0, storeWrittenMs: undefined } }, "clock", "failure", /1970-01-01T00:00:00Z, which cannot be/, /timedatectl/],
  [{ clock: { nowMs: NOW, storeWrittenMs: NOW + DAY } }, "clock", "failure", /written at 2026-11-22T12:00:00Z, later/, /timedatectl/],
  [disk({ freeBytes: 1024 }), "disk", "failure", /\/srv\/sb is full: 1\.0 KiB of 100 GiB/, /make room/],
  [disk({ freeBytes: GIB / 4 }), "disk", "warning", /nearly full: 256 MiB/, /make room/],
  [disk({ freeFiles: 3 }), "disk", "failure", /room for 3 more files/, /make room/],
  [directory({ is: "hidden" }), "data directory", "failure", /signalbox may not enter a directory on the way/, /--data-dir/],
  [directory({ is: "no directory" }), "data directory", "failure", /no directory/, /--data-dir/],
  [directory({ is: "absent", parent: "/srv", canBeMade: false }), "data directory", "failure", /signalbox may not write \/srv/, /install -d -m 0700 -o signalbox/],
  [directory({ is: "there", owner: ROOT, mode: 0o40700, refusal: "EACCES" }), "data directory", "failure", /belongs to root, mode 0700: signalbox may not/, /as root, or `chown -R signalbox \/srv\/sb`/],
  [directory({ is: "there", owner: SIGNALBOX, mode: 0o40500, refusal: "EACCES" }), "data directory", "failure", /mode 0500: signalbox may not/, /chmod 0700/],
  [directory({ is: "there", owner: SIGNALBOX, mode: 0o40700, refusal: "EROFS" }), "data directory", "failure", /read-only/, /read-write/],
  [directory({ is: "there", owner: SIGNALBOX, mode: 0o40700, refusal: undefined }, ROOT), "data directory", "warning", /what root writes there signalbox cannot use/, /as signalbox/],
  [directory({ is: "there", owner: SIGNALBOX, mode: 0o40777, refusal: undefined }), "data directory", "failure", /other users may put files/, /chmod 0700/],
  [files(file("store/store.db", { owner: ROOT, isUsable: false })), "files", "failure", /signalbox may not read and write store\/store\.db \(root, 0600\)/, /chown -R signalbox/],
  [files(file("audit", { owner: STRANGER })), "files", "warning", /audit \(uid 1234, 0600\)/, /chown/],
  [files(file("admin.token", { mode: 0o100640 })), "files", "failure", /admin\.token \(signalbox, 0640\)/, /chmod -R go-rwx/],
  [daemon({ hasEndpoints: true }), "daemon", "warning", /crashed or was killed/, /signalbox serve --data-dir \/srv\/sb/],
  [daemon({ holder: { pid: 5, isStopped: true } }), "daemon", "failure", /process 5 holds the store, but was stopped/, /kill -CONT 5/],
  [daemon({ holder: { pid: 5, user: ROOT, command: "vim" } }), "daemon", "warning", /process 5 \(of root: vim\) holds the store/, /ps 5/],
  [{ store: { is: "broken", reason: "store.db is damaged" } }, "store", "failure", /damaged/, /backup/],
  [{ store: { is: "unread", reason: "no room" } }, "store", "warning", /no room/, /ask again/],
  [{ store: { is: "whole", bytes: 9, revision: 3, notedRevision: 9, referenced: {} } }, "store", "failure", /at revision 3, but was at 9/, /right copy/],
  [ids({ isThere: false, undeclared: ["regions"] }), "declared ids", "failure", /config\.yaml is lost, and with it ids that the store refers to: regions r1$/, /backup/],
  [listener({ is: "taken", by: "process 9 (nginx)" }), "ports", "failure", /rest: 127\.0\.0\.1:6080 is taken by process 9 \(nginx\)/, /--listen-rest/],
  [listener({ is: "taken", by: undefined }), "ports", "failure", /another user/, /--listen-rest/],
  [listener({ is: "impossible", code: "EADDRNOTAVAIL" }), "ports", "failure", /no such address/, /--listen-rest/],
  [tls(certificate({ notAfterMs: NOW - DAY })), "certificates", "failure", /expired at 2026-11-20T12:00:00Z/, /renew/],
  [tls(certificate({ notAfterMs: NOW + DAY })), "certificates", "warning", /expires soon/, /renew/],
  [tls(certificate({ notBeforeMs: NOW + DAY })), "certificates", "failure", /not valid before/, /clock/],
  [tls(certificate({ notAfterMs: undefined })), "certificates", "failure", /server\.pem cannot be used: the dates/, /issued anew/],
  [tls(certificate({ usages: ["1.3.6.1.5.5.7.3.2"] })), "certificates", "failure", /not for servers/, /server authentication/],
  [tls(certificate({}, "tls.clientCa")), "certificates", "failure", /is no authority/, /signs clients/],
  [tls(key(false, 0o600)), "certificates", "failure", /does not belong/, /the key/],
  [tls(key(true, 0o644)), "certificates", "warning", /other users may read server\.key \(mode 0644\)/, /chmod go-rwx/],
  [tls({ option: "tls.key", path: "k", content: { is: "unreadable", reason: "ENOENT" } }), "certificates", "failure", /tls\.key: k cannot be used: ENOENT/, /PEM/],
  [programs("required", undefined), "qemu", "failure", /no machine can run/, /apt-get install qemu-system-x86/],
  [programs("optional", undefined), "qemu", "warning", /only simulated/, /apt-get install qemu-system-x86/],
  [programs("required", "6.1.0"), "qemu", "warning", /older than 7\.2/, /newer/],
  [acceleration({ device: "absent" }), "acceleration", "warning", /no \/dev\/kvm/, /kvm_intel/],
  [acceleration({ device: "forbidden" }), "acceleration", "warning", /may not open/, /group kvm/],
  [acceleration({ device: "absent", configured: "kvm" }), "acceleration", "failure", /no machine can run/, /--accel auto/],
  [acceleration({ trial: { acceleration: "tcg", message: "KVM hangs" } }), "acceleration", "warning", /KVM hangs/, /--accel tcg/],
  [image({ state: { is: "absent" } }), "guest image", "failure", /not there/, /--guest-image/],
  [image({ state: { is: "absent" }, isConfigured: false }), "guest image", "warning", /there is none/, /build-guest-image/],
  [image({ state: { is: "unusable", reason: "not a qcow2 image" } }), "guest image", "failure", /not a qcow2/, /build-guest-image/],
  [{ machines: { machines: [{ serverId: "s1", state: down }], isDaemonRunning: false } }, "machines", "warning", /server s1: QEMU was killed/, /start the daemon/],
];

describe("what the checks say", () => {
  test("of a healthy host: all is well, and every check has spoken", () => {
    const findings = judgeFacts(HEALTHY);
    assert.deepEqual(notWell(findings), []);
    assert.equal(new Set(findings.map(({ check }) => check)).size, Object.keys(HEALTHY).length);
  });

  for (const [facts, check, verdict, found, advice] of CASES) {
    test(`${check}: ${verdict} ${found.source}`, () => {
      const [finding, ...more] = notWell(judgeFacts({ ...HEALTHY, ...facts }));
      assert.deepEqual(more, [], "one cause is one finding");
      assert.ok(finding !== undefined && finding.verdict !== "ok");
      assert.equal(finding.check, check);
      assert.equal(finding.verdict, verdict);
      assert.match(finding.found, found);
      assert.match(finding.advice, advice);
    });
  }

  test("what is as it was asked for is well", () => {
    for (const facts of [
      directory({ is: "absent", parent: "/srv", canBeMade: true }),
      daemon({}),
      { store: { is: "absent" } } as const,
      { store: { is: "held", bytes: 9 } } as const,
      ids({ isThere: false, undeclared: ["regions"], referenced: {} }),
      ids({ isThere: true, undeclared: ["regions"] }),
      listener({ is: "off" }),
      tls(),
      tls(certificate({ usages: ["1.3.6.1.5.5.7.3.1"] })),
      acceleration({ configured: "tcg", device: "absent" }),
      acceleration({ trial: undefined }),
    ]) {
      assert.deepEqual(notWell(judgeFacts({ ...HEALTHY, ...facts })), []);
    }
  });

  test("many machines that died are ten lines and a number", () => {
    const machines = Array.from({ length: 14 }, (_, at) => ({ serverId: `s${at}`, state: down }));
    const facts: Facts = { ...HEALTHY, machines: { machines, isDaemonRunning: true } };
    const findings = judgeFacts(facts).filter(({ check }) => check === "machines");
    assert.equal(findings.length, 11);
    assert.match(findings.at(-1)?.found ?? "", /0 of 14 run; 4 more are down/);
  });
});

test("docs/doctor.md explains each check, in their order", () => {
  const text = readFileSync(new URL("../../../../docs/doctor.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| ([a-z ]+) \|/gm)].map(([, name]) => name).slice(1);
  assert.deepEqual(
    rows,
    CHECKS.map(({ name }) => name),
  );
});

function notWell(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ verdict }) => verdict !== "ok");
}

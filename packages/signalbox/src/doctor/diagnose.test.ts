import assert from "node:assert/strict";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  mkdirSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { silentLog, systemClock } from "@signalbox/base";
import { openSqliteStore, type Store } from "@signalbox/store";
import { ownLoopback } from "@signalbox/testing";
import { KINDS } from "../model/kinds.ts";
import { diagnose } from "./diagnose.ts";
import type { Finding } from "./finding.ts";

describe("diagnose", () => {
  let directory: string;
  let dataDir: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "signalbox-doctor-test-"));
    dataDir = join(directory, "data");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const CONFIG = `
organizations: [{ id: 11111111-1111-4111-8111-111111111111, name: o }]
projects: [{ id: 22222222-2222-4222-8222-222222222222, name: p, organizationId: 11111111-1111-4111-8111-111111111111 }]
regions: [{ id: 33333333-3333-4333-8333-333333333333, name: r, type: simulated }]
`;

  /** What the doctor says of the data directory; listeners are off unless a test gives some. */
  async function look(flags: Readonly<Record<string, string>> = {}): Promise<readonly Finding[]> {
    const off = {
      "--listen-rest": "off",
      "--listen-ops": "off",
      "--listen-xds": "off",
      "--listen-enrol": "off",
      "--listen-node": "off",
    };
    return diagnose(
      { flags: { "--data-dir": dataDir, ...off, ...flags }, environment: {}, file: undefined },
      {
        uid: process.getuid?.() ?? -1,
        clock: systemClock,
        searchPath: join(directory, "no-programs"),
        signal: new AbortController().signal,
      },
    );
  }

  function of(findings: readonly Finding[], check: string): Finding {
    const [first] = findings.filter((finding) => finding.check === check);
    assert.ok(first, `nothing was said of ${check}`);
    return first;
  }

  function makeDataDirectory(config = CONFIG): void {
    mkdirSync(dataDir, { mode: 0o700 });
    writeFileSync(join(dataDir, "config.yaml"), config, { mode: 0o600 });
  }

  function openStore(): Promise<Store> {
    const at = join(dataDir, "store");
    return openSqliteStore({ directory: at, kinds: KINDS, clock: systemClock, log: silentLog });
  }

  describe("a data directory", () => {
    test("that is not there yet is well, and is not made", async () => {
      const findings = await look();
      assert.equal(of(findings, "data directory").verdict, "ok");
      assert.equal(
        findings.some(({ check }) => check === "store"),
        false,
      );
      assert.equal(existsSync(dataDir), false);
    });

    test("with a store at rest: read through, and not touched", async () => {
      makeDataDirectory();
      await (await openStore()).close();
      const before = readdirSync(join(dataDir, "store"));
      const findings = await look();
      assert.match(of(findings, "store").found, /whole, at revision 0/);
      assert.equal(of(findings, "files").verdict, "ok");
      assert.equal(of(findings, "declared ids").verdict, "ok");
      assert.deepEqual(readdirSync(join(dataDir, "store")), before);
    });

    test("with a store that a process has open: which one", async () => {
      makeDataDirectory();
      const store = await openStore();
      try {
        const findings = await look();
        assert.match(of(findings, "store").found, /open in the daemon/);
        // This process has written no endpoints.
        assert.match(of(findings, "daemon").found, new RegExp(`process ${process.pid} .*node`));
        assert.equal(of(findings, "daemon").verdict, "warning");
        const endpoints = JSON.stringify({ rest: "http://127.0.0.1:6" });
        writeFileSync(join(dataDir, "endpoints.json"), endpoints, { mode: 0o600 });
        const running = await look();
        assert.match(of(running, "daemon").found, /^it runs: /);
        assert.match(
          of(running, "ports").found,
          /^rest: the daemon listens on http:\/\/127\.0\.0\.1:6$/,
        );
      } finally {
        await store.close();
      }
      assert.match(of(await look(), "daemon").found, /did not stop in good order/);
    });

    test("with a store that is damaged, foreign, or has gone back", async () => {
      makeDataDirectory();
      await (await openStore()).close();
      const file = join(dataDir, "store/store.db");
      writeFileSync(join(dataDir, "store.revision"), "12\n");
      assert.match(of(await look(), "store").found, /at revision 0, but was at 12/);
      truncateSync(file, 12_000);
      const damaged = of(await look(), "store");
      assert.equal(damaged.verdict, "failure");
      assert.match(damaged.found, new RegExp(`^${file} is damaged`), "the copy's name is not told");
      writeFileSync(file, "a shopping list, and quite a long one at that".repeat(400));
      assert.match(of(await look(), "store").found, /is not a store of Signalbox/);
    });

    test("with secrets that others may read, a clock that went back, and a lost config.yaml", async () => {
      makeDataDirectory();
      await (await openStore()).close();
      writeFileSync(join(dataDir, "store.revision"), "0\n");
      writeFileSync(join(dataDir, "tokens.json"), "{}", { mode: 0o600 });
      chmodSync(join(dataDir, "tokens.json"), 0o644);
      const tomorrow = systemClock.now() / 1000 + 86_400;
      utimesSync(join(dataDir, "store/store.db"), tomorrow, tomorrow);
      const findings = await look();
      assert.match(of(findings, "files").found, /access to tokens\.json/);
      assert.match(of(findings, "clock").found, /but the store was written at/);
      rmSync(join(dataDir, "config.yaml"));
      assert.match(of(await look(), "declared ids").found, /the next start declares/);
    });

    test("that is a file", async () => {
      writeFileSync(dataDir, "");
      assert.match(of(await look(), "data directory").found, /is no directory/);
    });
  });

  test("a configuration that is wrong does not keep the doctor from looking at the rest", async () => {
    makeDataDirectory("log: { level: loud }\n");
    const findings = await look();
    const wrong = of(findings, "configuration");
    assert.equal(wrong.verdict, "failure");
    assert.match(wrong.found, /config\.yaml: log\.level/);
    assert.match(of(findings, "data directory").found, /mode 0700/);
    assert.equal(
      findings.some(({ check }) => check === "ports"),
      false,
    );
  });

  test("a port that somebody has: who; the same one at another address is free", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      const finding = of(await look({ "--listen-rest": `127.0.0.1:${port}` }), "ports");
      assert.equal(finding.verdict, "failure");
      assert.match(finding.found, new RegExp(`:${port} is taken by process ${process.pid} `));
      // Nobody else listens there, and nobody may on all addresses while this port is held.
      const free = of(await look({ "--listen-rest": `${ownLoopback()}:${port}` }), "ports");
      assert.match(free.found, /is free/);
    } finally {
      server.close();
    }
  });

  test("programs that are missing, and an image that is none", async () => {
    makeDataDirectory(CONFIG.replace("simulated", "qemu"));
    const image = join(directory, "guest.qcow2");
    writeFileSync(image, "no image");
    const findings = await look({ "--guest-image": image, "--accel": "tcg" });
    assert.match(of(findings, "qemu").found, /qemu-system-x86_64, qemu-img, flock, split: not/);
    assert.match(of(findings, "guest image").found, /cannot be used: not a qcow2 image/);
    assert.match(of(findings, "machines").found, /0 of 0 run/);
  });
});

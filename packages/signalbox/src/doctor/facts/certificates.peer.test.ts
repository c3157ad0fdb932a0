import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { systemClock } from "@signalbox/base";
import { judgeCertificates } from "../checks/certificates.ts";
import type { Judgement } from "../finding.ts";
import { readCertificates } from "./certificates.ts";

const DAY_MS = 86_400_000;
const { error } = spawnSync("openssl", ["version"], { stdio: "ignore" });
const skip =
  error === undefined || process.env["REQUIRE_PEERS"] === "1" ? false : "peer missing: openssl";

let folder: string;
const inFolder = (name: string): string => join(folder, name);

/** Makes a certificate that signs itself, good for 30 days. */
function make(name: string, ...extensions: readonly string[]): void {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-keyout", inFolder(`${name}.key`), "-out", inFolder(`${name}.pem`)];
  const more = extensions.flatMap((extension) => ["-addext", extension]);
  const args = ["req", "-x509", "-days", "30", "-subj", `/CN=${name}`, ...key, ...files, ...more];
  execFileSync("openssl", args, { stdio: "ignore" });
  chmodSync(inFolder(`${name}.key`), 0o600);
}

describe("certificates as openssl makes them", { skip }, () => {
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "signalbox-certificates-"));
    make("server", "basicConstraints=critical,CA:FALSE", "extendedKeyUsage=serverAuth");
    make("client", "basicConstraints=critical,CA:FALSE", "extendedKeyUsage=clientAuth");
    make("authority", "basicConstraints=critical,CA:TRUE");
    writeFileSync(inFolder("text.pem"), "no certificate");
  });
  after(() => rmSync(folder, { recursive: true }));

  function look(
    names: readonly [certificate: string, key: string, clientCa: string],
    nowMs = systemClock.now() + DAY_MS / 2,
  ): readonly Judgement[] {
    const [certificate, key, clientCa] = names.map(inFolder) as [string, string, string];
    return judgeCertificates({ nowMs, files: readCertificates({ certificate, key, clientCa }) });
  }
  const verdicts = (...given: Parameters<typeof look>): readonly string[] =>
    look(...given).map(({ verdict }) => verdict);

  test("what is right is well", () => {
    const found = look(["server.pem", "server.key", "authority.pem"]);
    assert.deepEqual(
      found.map(({ verdict }) => verdict),
      ["ok", "ok", "ok"],
    );
    assert.match(found[0]?.found ?? "", /^tls\.certificate: CN=server, good until 20\d\d-/);
  });

  test("each file is judged by what it is for", () => {
    const [usage, key, authority] = [
      look(["client.pem", "client.key", "authority.pem"]),
      look(["server.pem", "client.key", "authority.pem"]),
      look(["server.pem", "server.key", "client.pem"]),
    ].map((found) => found.filter(({ verdict }) => verdict !== "ok"));
    assert.match(usage?.[0]?.found ?? "", /tls\.certificate: .* is not for servers/);
    assert.match(key?.[0]?.found ?? "", /tls\.key: .* does not belong/);
    assert.match(authority?.[0]?.found ?? "", /tls\.clientCa: .* is no authority/);
  });

  test("time is the caller's", () => {
    const now = systemClock.now();
    const files = ["server.pem", "server.key", "authority.pem"] as const;
    assert.deepEqual(verdicts(files, now + 20 * DAY_MS), ["warning", "ok", "warning"]);
    assert.deepEqual(verdicts(files, now + 40 * DAY_MS), ["failure", "ok", "failure"]);
    assert.deepEqual(verdicts(files, now - 2 * DAY_MS), ["failure", "ok", "failure"]);
  });

  test("what is none, or not there, is said of that file", () => {
    const [certificate, key, authority] = look(["text.pem", "none.key", "authority.pem"]);
    assert.match(certificate?.found ?? "", /text\.pem cannot be used/);
    assert.match(key?.found ?? "", /none\.key cannot be used: ENOENT/);
    assert.equal(authority?.verdict, "ok");
  });

  test("a key that others may read is warned of", () => {
    chmodSync(inFolder("client.key"), 0o644);
    const found = look(["client.pem", "client.key", "authority.pem"]);
    assert.ok(found.some(({ found: text }) => /other users may read .*client\.key/.test(text)));
  });
});

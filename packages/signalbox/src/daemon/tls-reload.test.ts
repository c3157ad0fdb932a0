import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { type TestContext, test } from "node:test";
import { createLog, VirtualClock } from "@signalbox/base";
import { writeRootCertificate } from "../authority/write-certificate.ts";
import { newKeyPair, privateKeyPem } from "../credentials/key-pair.ts";
import type { TlsTexts } from "./tls-files.ts";
import { TlsReload } from "./tls-reload.ts";

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

async function newPair(commonName: string, notAfter = Date.UTC(2036, 0)): Promise<Pair> {
  const keys = await newKeyPair();
  const period = { notBefore: Date.UTC(2020, 0), notAfter };
  const certificate = writeRootCertificate({ commonName, ...keys }, Uint8Array.of(7), period);
  return { certificate, key: privateKeyPem(keys.privateKey) };
}

interface Rig {
  readonly files: { readonly certificate: string; readonly key: string };
  readonly reload: TlsReload;
  readonly heard: TlsTexts[];
  readonly logged: string[];
  write(pair: Partial<Pair>): void;
  /** Lets the files be looked at once more. */
  look(): Promise<void>;
}

async function start(t: TestContext, first: Pair): Promise<Rig> {
  const directory = mkdtempSync(join(tmpdir(), "tls-reload-"));
  const files = { certificate: join(directory, "cert.pem"), key: join(directory, "key.pem") };
  let seconds = 0;
  // A file system may keep time so coarsely that what is written twice in one go shows one time.
  const writeFile = (path: string, text: string | undefined): void => {
    if (text === undefined) return;
    writeFileSync(path, text);
    utimesSync(path, ++seconds, seconds);
  };
  const write = ({ certificate, key }: Partial<Pair>): void => {
    writeFile(files.certificate, certificate);
    writeFile(files.key, key);
  };
  write(first);
  const clock = new VirtualClock();
  const logged: string[] = [];
  const log = createLog({ destination: { write: (line) => void logged.push(line) } });
  const reload = new TlsReload(files, { clock, log });
  const heard: TlsTexts[] = [];
  reload.onChange((texts) => heard.push(texts));
  t.after(() => {
    reload.close();
    assert.equal(clock.pending, 0);
    rmSync(directory, { recursive: true });
  });
  const look = async (): Promise<void> => {
    await clock.advance(2_000);
    while (clock.pending === 0) await turn();
  };
  return { files, reload, heard, logged, write, look };
}

test("a new certificate and its key are told once", async (t) => {
  const [first, second] = [await newPair("a"), await newPair("b")];
  const rig = await start(t, first);
  assert.equal(rig.reload.texts?.certificate, first.certificate);
  await rig.look();
  assert.deepEqual(rig.heard, []);
  rig.write(second);
  await rig.look();
  await rig.look();
  assert.deepEqual(rig.heard, [{ ...second, clientCa: undefined }]);
  assert.equal(rig.reload.texts?.key, second.key);
});

test("a certificate without its key waits for it, which is said once", async (t) => {
  const [first, second] = [await newPair("a"), await newPair("b")];
  const rig = await start(t, first);
  rig.write({ certificate: second.certificate });
  await rig.look();
  await rig.look();
  assert.equal(rig.logged.length, 1);
  assert.match(rig.logged[0] ?? "", /"warn".*does not belong to.*the present ones stay/);
  rmSync(rig.files.key);
  await rig.look();
  assert.match(rig.logged[1] ?? "", /ENOENT/);
  assert.deepEqual([rig.heard, rig.reload.texts?.key], [[], first.key]);
  rig.write({ key: second.key });
  await rig.look();
  assert.deepEqual(
    rig.heard.map(({ key }) => key),
    [second.key],
  );
});

test("a link that leads elsewhere is a change, however old what it leads to is", async (t) => {
  const [first, second] = [await newPair("a"), await newPair("b")];
  const rig = await start(t, first);
  for (const [name, path] of Object.entries(rig.files)) {
    writeFileSync(`${path}.next`, second[name as keyof Pair]);
    symlinkSync(`${path}.next`, `${path}.link`);
  }
  await rig.look();
  for (const path of Object.values(rig.files)) renameSync(`${path}.link`, path);
  await rig.look();
  assert.equal(rig.heard[0]?.certificate, second.certificate);
});

test("a listener that does not take them keeps the others from nothing", async (t) => {
  const rig = await start(t, await newPair("a"));
  const others: TlsTexts[] = [];
  rig.reload.onChange(() => {
    throw new Error("not these");
  });
  const leave = rig.reload.onChange((texts) => others.push(texts));
  rig.write(await newPair("b"));
  await rig.look();
  assert.deepEqual([rig.heard.length, others.length], [1, 1]);
  assert.match(rig.logged.join("\n"), /not these/);
  leave();
  rig.write(await newPair("c"));
  await rig.look();
  assert.deepEqual([rig.heard.length, others.length], [2, 1]);
});

test("a certificate that has expired is used, and said", async (t) => {
  const rig = await start(t, await newPair("a"));
  assert.doesNotMatch(rig.logged.join(""), /expired/);
  rig.write(await newPair("b", Date.UTC(2020, 1)));
  await rig.look();
  assert.equal(rig.heard.length, 1);
  assert.match(rig.logged.at(-1) ?? "", /"expiredAt":"2020-02-01T00:00:00.000Z".*put a new one/);
});

test("without TLS nothing is looked at", () => {
  const clock = new VirtualClock();
  const reload = new TlsReload({}, { clock, log: createLog({ level: "silent" }) });
  assert.deepEqual([reload.texts, clock.pending], [undefined, 0]);
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { CommandLine } from "./support/command-line.ts";
import type { DaemonProcess } from "./support/daemon-process.ts";
import { type CertificateFiles, type TestAuthority } from "./support/test-authority.ts";
import { TlsDaemon } from "./support/tls-daemon.ts";

let tls: TlsDaemon;
let directory: string;
let authority: TestAuthority;
let daemon: DaemonProcess;
/** A declared system account, and a certificate that is none. */
let prober: CertificateFiles;
let stranger: CertificateFiles;

interface AskOptions {
  readonly with?: CertificateFiles;
  readonly method?: string;
  readonly token?: string;
}

async function ask(path: string, options: AskOptions): Promise<number | undefined> {
  const { with: files, method = "GET", token } = options;
  const { port } = new URL(daemon.endpoints.ops);
  const exchange = request({
    ...{ host: "127.0.0.1", servername: "localhost", port, path, method, agent: false },
    ca: readFileSync(authority.cert),
    ...(files && { cert: readFileSync(files.cert), key: readFileSync(files.key) }),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  exchange.end();
  const [response] = (await once(exchange, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe("the ops listener beyond loopback", () => {
  before(async () => {
    tls = await TlsDaemon.start(["--listen-ops", "0.0.0.0:0"], {
      systemAccounts: [{ commonName: "prober", role: "platform-reader" }],
    });
    ({ directory, authority, daemon } = tls);
    prober = authority.issue("prober", "prober");
    stranger = authority.issue("stranger", "stranger");
  });
  after(() => tls.stop());

  test("nobody gets in without a certificate, not even a probe", async () => {
    await assert.rejects(ask("/livez", {}));
    await assert.rejects(ask("/info", { token: daemon.token }));
    assert.equal(await ask("/livez", { with: stranger }), 200);
    assert.equal(await ask("/metrics", { with: stranger }), 200);
  });

  test("a certificate is who its account is, and a token says more", async () => {
    assert.equal(await ask("/info", { with: stranger }), 401);
    assert.equal(await ask("/info", { with: prober }), 200);
    const level = "/log-level?level=debug";
    assert.equal(await ask(level, { with: prober, method: "PUT" }), 403);
    const { token } = daemon;
    assert.equal(await ask(level, { with: stranger, method: "PUT", token }), 200);
  });

  test("is refused without TLS, and without an authority for its callers", async () => {
    const { cert, key } = authority.issue("plain", "localhost");
    const cli = new CommandLine({ SIGNALBOX_DATA_DIR: join(directory, "other") });
    const beyond = ["serve", "--listen-ops", "0.0.0.0:0", "--provider", "simulated"];
    for (const args of [[], ["--tls-cert", cert, "--tls-key", key]]) {
      const { code, stderr } = await cli.run(...beyond, ...args);
      assert.equal(code, 78, stderr);
      assert.match(stderr, /listen\.ops: is reachable from other machines and needs/);
    }
  });
});

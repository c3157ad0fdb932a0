import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Problem } from "@signalbox/base";
import { DATA_CONFIG_FILE } from "./data-config-file.ts";
import { type ConfigSources, describeReadFailure, loadConfig } from "./load-config.ts";
import { showConfig } from "./show-config.ts";

describe("loadConfig", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "config-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const ID = "a3bb189e-8bf9-4888-9912-ace4e6543002";

  function load(sources: Partial<ConfigSources> = {}) {
    return loadConfig({
      flags: { "--data-dir": directory, ...sources.flags },
      environment: sources.environment ?? {},
      file: sources.file,
    });
  }

  function write(name: string, text: string): string {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  }

  function faultsOf(sources: Partial<ConfigSources>): string {
    try {
      load(sources);
    } catch (error) {
      assert.ok(Problem.is(error, "config_invalid"), String(error));
      return error.message;
    }
    return assert.fail("the configuration was accepted");
  }

  test("each source wins over the one before it, option by option", () => {
    const levels = () => load({ environment, flags, file }).config.log.level;
    let environment = {};
    let flags = {};
    let file: string | undefined;
    assert.equal(levels(), "info");
    write(DATA_CONFIG_FILE, "log: { level: trace }\nhttp: { maxBody: 3 MiB }\n");
    assert.equal(levels(), "trace");
    file = write("given.yaml", "log: { level: debug }\n");
    assert.equal(levels(), "debug");
    environment = { SIGNALBOX_LOG_LEVEL: "warn" };
    assert.equal(levels(), "warn");
    flags = { "--log-level": "error" };
    assert.equal(levels(), "error");
    assert.equal(load({ environment, flags, file }).config.http.maxBody, "3 MiB");
  });

  test("every value is shown with its source", () => {
    const file = write("given.yaml", "log: { level: debug }\n");
    const environment = { SIGNALBOX_MAX_URL: "4 KiB" };
    const flags = { "--provider": ["qemu", "simulated"] };
    const shown = new Map(
      showConfig(load({ file, environment, flags })).map((option) => [option.key, option]),
    );
    assert.deepEqual(shown.get("log.level"), { key: "log.level", value: "debug", source: file });
    assert.equal(shown.get("http.maxUrl")?.source, "environment SIGNALBOX_MAX_URL");
    assert.deepEqual(shown.get("providers"), {
      key: "providers",
      value: ["qemu", "simulated"],
      source: "flag --provider",
    });
    assert.equal(shown.get("http.maxBody")?.source, "default");
    assert.deepEqual(shown.get("tls.key"), { key: "tls.key", source: "not set" });
  });

  test("lists in the environment are separated by commas", () => {
    const { config } = load({ environment: { SIGNALBOX_CORS_ORIGIN: "https://a, https://b" } });
    assert.deepEqual(config.http.corsOrigins, ["https://a", "https://b"]);
  });

  test("an unknown key names its file and what was meant", () => {
    const file = write("given.yaml", "log: { levle: debug }\nlisten_rest: x\n");
    const message = faultsOf({ file });
    assert.match(message, /given\.yaml: log\.levle: is not an option; did you mean level\?/);
    assert.match(message, /given\.yaml: listen_rest: is not an option; known are dataDir, /);
  });

  test("a key in the wrong place is pointed to the right one", () => {
    const file = write("given.yaml", "maxBody: 1 MiB\n");
    assert.match(faultsOf({ file }), /maxBody: is not an option; did you mean http\.maxBody\?/);
  });

  test("an unknown environment variable is refused, those of client commands are not", () => {
    assert.match(
      faultsOf({ environment: { SIGNALBOX_LOG_LEVLE: "debug" } }),
      /SIGNALBOX_LOG_LEVLE: is not an option; did you mean SIGNALBOX_LOG_LEVEL\?/,
    );
    load({ environment: { SIGNALBOX_TOKEN: "x", SIGNALBOX_URL: "http://127.0.0.1:1" } });
  });

  test("a wrong value names source, path, what was expected and what was found", () => {
    assert.match(
      faultsOf({ environment: { SIGNALBOX_REQUEST_TIMEOUT: "soon" } }),
      /environment SIGNALBOX_REQUEST_TIMEOUT: http\.requestTimeout: a duration such as .* was expected, found "soon"/,
    );
    assert.match(
      faultsOf({ flags: { "--audit-file-count": "many" } }),
      /flag --audit-file-count: a whole number from 1 to 10000 was expected/,
    );
    assert.match(
      faultsOf({ flags: { "--provider": ["vmware"] } }),
      /flag --provider: providers: .*"vmware"/,
    );
    const file = write("given.yaml", `regions: [{ id: ${ID}, name: r, type: cloud }]\n`);
    assert.match(faultsOf({ file }), /regions\[0\]\.type: qemu or simulated was expected/);
  });

  test("a member that is missing is named", () => {
    const file = write("given.yaml", `projects: [{ id: ${ID}, name: p }]\n`);
    assert.match(faultsOf({ file }), /given\.yaml: projects\[0\]\.organizationId: is missing/);
  });

  test("declarations must fit together", () => {
    const file = write(
      "given.yaml",
      `organizations: [{ id: ${ID}, name: a }, { id: ${ID}, name: b }]\n` +
        `projects: [{ id: ${ID}, name: p, organizationId: b3bb189e-8bf9-4888-9912-ace4e6543002 }]\n`,
    );
    const message = faultsOf({ file });
    assert.match(message, /organizations\[1\]: a3bb.* is used twice/);
    assert.match(message, /projects\[0\]\.organizationId: organization b3bb.* is not declared/);
  });

  test("a listener that others can reach needs TLS, ops and xDS a client CA too", () => {
    const rest = faultsOf({ flags: { "--listen-rest": "0.0.0.0:6080" } });
    assert.match(
      rest,
      /flag --listen-rest: listen\.rest: .*needs TLS: give --tls-cert and --tls-key/,
    );
    const tls = { "--tls-cert": "c.pem", "--tls-key": "k.pem" };
    load({ flags: { "--listen-rest": "[::]:0", ...tls } });
    for (const name of ["ops", "xds"]) {
      const beyond = { [`--listen-${name}`]: "192.0.2.1:1" };
      const wanted = new RegExp(`listen\\.${name}: .*give --client-ca`);
      assert.match(faultsOf({ flags: { ...beyond, ...tls } }), wanted);
      load({ flags: { ...beyond, ...tls, "--client-ca": "ca.pem" } });
    }
  });

  test("loopback in all its spellings, off, and port 0 are fine", () => {
    for (const address of ["127.0.0.1:0", "127.9.8.7:80", "[::1]:6080", "localhost:1", "off"]) {
      assert.equal(load({ flags: { "--listen-rest": address } }).config.listen.rest, address);
    }
    assert.match(faultsOf({ flags: { "--listen-rest": "127.0.0.1:65536" } }), /at most 65535/);
    assert.match(faultsOf({ flags: { "--listen-rest": "6080" } }), /HOST:PORT/);
  });

  test("files that are missing, not YAML, or hostile give one error", () => {
    assert.match(faultsOf({ file: join(directory, "none.yaml") }), /none\.yaml: does not exist/);
    assert.match(faultsOf({ file: write("bad.yaml", "a: [1\n") }), /bad\.yaml: is not YAML/);
    assert.match(
      faultsOf({ file: write("list.yaml", "- 1\n") }),
      /a mapping of options was expected/,
    );
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`;
    assert.match(faultsOf({ file: write("bomb.yaml", bomb) }), /bomb\.yaml: /);
  });

  test("the data directory's own file cannot move it", () => {
    write(DATA_CONFIG_FILE, "dataDir: /elsewhere\n");
    assert.match(faultsOf({}), /config\.yaml: dataDir: cannot move the data directory/);
  });

  test("a relative path in a file starts where the file lies, elsewhere where we are", () => {
    const file = write("given.yaml", "tls: { certificate: tls/a.pem, key: /etc/a.key }\n");
    const { config } = load({ file, flags: { "--client-ca": "ca.pem" } });
    assert.deepEqual(config.tls, {
      certificate: join(directory, "tls/a.pem"),
      key: "/etc/a.key",
      clientCa: "ca.pem",
    });
  });

  test("a data directory that a file names starts there too", () => {
    const file = write("given.yaml", "dataDir: data\n");
    const { dataDir } = loadConfig({ flags: {}, environment: {}, file });
    assert.equal(dataDir, join(directory, "data"));
  });

  test("a file that cannot be read is told with what to do, not with the system's words", () => {
    const notADirectory = write("file", "");
    assert.throws(
      () => load({ file: join(notADirectory, "given.yaml") }),
      /is a file, not a directory/,
    );
    const refused = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    assert.match(describeReadFailure(refused), /^this user may not read it; run as its owner/);
  });
});

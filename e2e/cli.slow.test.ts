import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { parse } from "yaml";
import type { ApiObject } from "./support/api-objects.ts";
import { CommandLine } from "./support/command-line.ts";
import { DaemonProcess } from "./support/daemon-process.ts";

const FLAVOR = "sim-standard-4";
const IMAGE = "ubuntu-24.04-amd64";
const SSH_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPgztltaDGtQ9J7ht9dKshLz/D0+5Yko7QZoub3dPuf ca";

let directory: string;
let daemon: DaemonProcess;
let cli: CommandLine;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "signalbox-cli-"));
  const images = `file://${directory}/images/`;
  const serve = ["--provider", "simulated", "--image-source", images];
  daemon = await DaemonProcess.start(join(directory, "data"), serve);
  cli = new CommandLine({ SIGNALBOX_DATA_DIR: daemon.dataDir });
  await cli.ok("network", "create", "shared", "--prefix", "10.1.0.0/16", "--wait");
});
after(async () => {
  await daemon.kill();
  await rm(directory, { recursive: true, force: true });
});

/** The arguments of a create on the network that all tests share. */
function serverOf(name: string, ...more: readonly string[]): readonly string[] {
  const fixed = ["--network", "shared", "--flavor", FLAVOR, "--image", IMAGE];
  return ["server", "create", name, ...fixed, ...more];
}

async function file(name: string, content: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

describe("every command of every resource", () => {
  test("network: create, list, get, update, delete", async () => {
    const made = await cli.json<ApiObject>(
      ...["network", "create", "net-a", "--prefix", "10.2.0.0/24", "--dns", "10.2.0.2"],
      ...["--route", "10.9.0.0/16=10.2.0.3", "--tag", "team=a", "--wait"],
    );
    assert.equal(made.metadata.provisioningStatus, "provisioned");
    assert.deepEqual(made.spec["routes"], [{ prefix: "10.9.0.0/16", nexthop: "10.2.0.3" }]);
    const listed = await cli.json<ApiObject[]>("network", "list", "--tag", "team=a");
    assert.deepEqual(
      listed.map(({ metadata }) => metadata.id),
      [made.metadata.id],
    );
    await cli.ok("network", "update", "net-a", "--dns", "10.2.0.4", "--wait");
    const read = parse(
      await cli.ok("network", "get", made.metadata.id, "--output", "yaml"),
    ) as ApiObject;
    assert.deepEqual(read.spec["dnsNameservers"], ["10.2.0.4"]);
    assert.deepEqual(read.spec["routes"], made.spec["routes"], "what is not given stays");
    await cli.ok("network", "delete", "net-a", "--wait");
    assert.equal((await cli.run("network", "get", "net-a")).code, 3);
  });

  test("security-group: create, list, get, update, delete", async () => {
    const rules = ["--rule", "ingress:tcp:22", "--rule", "ingress:tcp:80-90:10.0.0.0/8"];
    const made = await cli.json<ApiObject>(
      ...["security-group", "create", "web", "--network", "shared", ...rules, "--wait"],
    );
    assert.equal((made.spec["rules"] as unknown[]).length, 2);
    assert.match(await cli.ok("security-group", "list"), /^ID .*\n.* web +provisioned/);
    await cli.ok("security-group", "update", "web", "--rule", "ingress:udp:53", "--wait");
    const read = await cli.json<ApiObject>("security-group", "get", "web");
    assert.deepEqual(read.spec["rules"], [{ direction: "ingress", protocol: "udp", port: 53 }]);
    await cli.ok("security-group", "delete", "web", "--wait");
    assert.deepEqual(await cli.json("security-group", "list", "--name", "web"), []);
  });

  test("ssh-ca: create, list, get, delete", async () => {
    const key = await file("ca.pub", `${SSH_KEY}\n`);
    const made = await cli.json<ApiObject>("ssh-ca", "create", "ops", "--public-key", key);
    assert.equal(made.spec["publicKey"], SSH_KEY);
    assert.match(await cli.ok("ssh-ca", "list"), /^ID .*\n.* ops +ssh-ed25519 /);
    assert.match(await cli.ok("ssh-ca", "get", "ops"), /^PUBLIC KEY +ssh-ed25519 /m);
    await cli.ok("ssh-ca", "delete", "ops", "--wait");
    assert.equal((await cli.run("ssh-ca", "get", "ops")).code, 3);
  });

  test("image: create, list, get, delete", async () => {
    const from = `file://${directory}/images/debian.qcow2`;
    const digest = "a".repeat(64);
    const made = await cli.json<ApiObject>(
      ...["image", "create", "debian", "--from", from, "--sha256", digest, "--wait"],
    );
    assert.equal(made.status.state, "ready");
    assert.match(await cli.ok("image", "list", "--name", "debian"), / debian +ready /);
    assert.match(await cli.ok("image", "get", "debian"), /^STATE +ready$/m);
    await cli.ok("image", "delete", "debian", "--wait");
    assert.equal((await cli.run("image", "get", "debian")).code, 3);
  });

  test("flavor and region: list, get; a region is named or identified", async () => {
    assert.match(await cli.ok("flavor", "get", FLAVOR), /^CPUS +4$/m);
    const flavors = await cli.json<ApiObject[]>("flavor", "list", "--region", "simulated");
    assert.ok(flavors.some(({ metadata }) => metadata.name === FLAVOR));
    const region = await cli.json<ApiObject>("region", "get", "simulated");
    assert.match(await cli.ok("region", "list"), new RegExp(`${region.metadata.id} +simulated`));
    const { code, stderr } = await cli.run("flavor", "list", "--region", "mars");
    assert.equal(code, 3);
    assert.match(stderr, /no region has the name mars; there are: simulated/);
  });

  test("server: create, list, get, update, power, logs, snapshot, delete", async () => {
    const userData = await file("user-data.sh", "#!/bin/sh\necho hello\n");
    const more = ["--user-data", userData, "--public-ip", "--tag", "team=b", "--wait"];
    const made = await cli.json<ApiObject>(...serverOf("one", ...more));
    assert.equal(made.status.powerState, "Running");
    assert.match(
      await cli.ok("server", "list", "--tag", "team=b"),
      /^ID +NAME +STATUS +POWER +PRIVATE IP +PUBLIC IP +NOTE\n\S+ +one +provisioned +Running +10\.1\.\S+ +198\.51\.100\.\d+ +-\n$/,
    );
    assert.match(await cli.ok("server", "get", "one"), /^POWER +Running$/m);

    await cli.ok("server", "update", "one", "--no-public-ip", "--description", "x", "--wait");
    const updated = await cli.json<ApiObject>("server", "get", "one");
    assert.equal("publicIP" in updated.status, false);

    assert.match(await cli.ok("server", "stop", "one", "--wait"), /^POWER +Stopped$/m);
    const accepted = await cli.json<ApiObject>("server", "start", "one");
    assert.equal(accepted.status.desiredPower, "running");
    const started = await cli.json<ApiObject>("server", "start", "one", "--wait");
    assert.equal(started.status.powerState, "Running");
    for (const how of [[], ["--hard"]]) {
      const before = await bootsOf("one");
      await cli.ok("server", "reboot", "one", ...how, "--wait");
      assert.equal(await bootsOf("one"), before + 1, `reboot ${how.join("")} has happened`);
    }
    const last = await cli.ok("server", "logs", "one", "--lines", "1");
    assert.equal(last.trim().split("\n").length, 1, last);

    await cli.ok("server", "snapshot", "one", "one-copy", "--wait");
    await cli.ok("server", "update", "one", "--image", "one-copy", "--wait");
    const copy = await cli.json<ApiObject>("image", "get", "one-copy");
    const rebuilt = await cli.json<ApiObject>("server", "get", "one");
    assert.equal(rebuilt.spec["imageId"], copy.metadata.id);

    await cli.ok("server", "delete", "one", "--wait");
    assert.equal((await cli.run("server", "get", "one")).code, 3);
    await cli.ok("image", "delete", "one-copy", "--wait");
  });

  test("server console: joins, sends what is typed, detaches; --page prints an address", async () => {
    await cli.ok(...serverOf("talker", "--wait"));
    assert.match(
      await cli.ok("server", "console", "talker", "--page"),
      /^http:\S+\/console#\S+\n$/,
    );
    const asked = ["server", "console", "talker", "--page"];
    assert.match((await cli.json<{ url: string }>(...asked)).url, /^http:\S+\/console#\S+$/);
    const printed = await cli.json<{ contents: string }>("server", "logs", "talker");
    assert.match(printed.contents, /Linux version/);
    const command = cli.start("server", "console", "talker");
    await command.says("stdout", /talker login:/);
    command.child.stdin.write("date\r");
    await command.says("stdout", /nothing runs in it/);
    command.child.stdin.write("\u001d");
    const { code, stderr } = await command.ended;
    assert.equal(code, 0);
    assert.match(stderr, /detached from talker; it goes on/);
    await cli.ok("server", "delete", "talker", "--wait");
  });

  test("token: create, list, revoke; a wrong role or scope says what to give", async () => {
    const grant = ["--name", "ci", "--role", "reader", "--project", "default"];
    const token = (await cli.ok("token", "create", ...grant, "--expires", "1h")).trim();
    const asReader = new CommandLine({
      SIGNALBOX_DATA_DIR: daemon.dataDir,
      SIGNALBOX_TOKEN: token,
    });
    assert.match(await asReader.ok("network", "list"), / shared /);
    const refused = await asReader.run("network", "create", "forbidden");
    assert.equal(refused.code, 4, refused.stderr);
    assert.match(await cli.ok("token", "list"), / ci +reader /);
    await cli.ok("token", "revoke", "ci");
    assert.equal((await asReader.run("network", "list")).code, 4);
    const wrong = await cli.run("token", "create", "--name", "x", "--role", "king");
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /there is no role king; there are .*reader/);
  });

  test("whoami: whose token it is, and what it may do where", async () => {
    const grant = ["--role", "reader", "--name", "whoami", "--project", "default", "-o", "json"];
    const made = JSON.parse(await cli.ok("token", "create", ...grant)) as {
      readonly id: string;
      readonly token: string;
      readonly projectId: string;
    };
    assert.equal("hash" in made, false);
    const reader = new CommandLine({
      SIGNALBOX_DATA_DIR: daemon.dataDir,
      SIGNALBOX_TOKEN: made.token,
    });
    const said = await reader.ok("whoami");
    assert.match(said, new RegExp(`^${made.id} \\(user\\)\n\nWHERE +WHAT +MAY\n`));
    assert.match(said, new RegExp(`^project ${made.projectId} +region:servers +.*read`, "m"));
    const { global } = await cli.json<{ readonly global: readonly string[] }>("whoami");
    assert.ok(global.includes("region:servers:delete"), "the administrator may");
    await cli.ok("token", "revoke", "whoami");
    assert.equal((await reader.run("whoami")).code, 4);
  });

  test("lists are filtered by status and by network", async () => {
    await cli.ok("network", "create", "aside", "--prefix", "10.9.0.0/24", "--wait");
    await cli.ok(...serverOf("filtered", "--wait"));
    const names = async (...args: readonly string[]): Promise<readonly string[]> =>
      (await cli.json<ApiObject[]>("server", "list", ...args)).map(({ metadata }) => metadata.name);
    assert.ok((await names("--network", "shared", "--status", "provisioned")).includes("filtered"));
    assert.deepEqual(await names("--network", "aside"), []);
    assert.equal((await names("--status", "deprovisioning")).includes("filtered"), false);
    assert.equal((await cli.run("server", "list", "--network", "nowhere")).code, 3);
    assert.equal((await cli.run("server", "list", "--status", "fine")).code, 2);
    await cli.ok("server", "delete", "filtered", "--wait");
    await cli.ok("network", "delete", "aside", "--wait");
  });

  test("xds delete of what is not there fails, and says what", async () => {
    await cli.ok("xds", "group", "create", "edge", "--node", "edge-1");
    const { code, stderr } = await cli.run("xds", "delete", "edge", "cluster", "web");
    assert.equal(code, 3);
    assert.match(stderr, /there is no cluster web in edge/);
    await cli.ok("xds", "group", "delete", "edge");
  });

  test("ops: how the daemon is, on one screen; doctor: what it stands on", async () => {
    assert.match(await cli.ok("ops", "status"), /^signalbox \S+ at http:.*: all is well\n/);
    assert.match(await cli.ok("ops", "health"), /^store +ok +20/m);
    assert.match(await cli.ok("ops", "members"), / yes +alive /);
    assert.match(await cli.ok("ops", "metrics", "store_rev"), /^store_revision \d+$/m);
    assert.match(await cli.ok("ops", "log-level", "info"), /^LEVEL +info/);
    const diagnosis = await cli.json<{ readonly verdict: string }>("doctor");
    assert.notEqual(diagnosis.verdict, "failure");
  });

  test("config show names the source of every value; completion prints a script", async () => {
    const shown = await cli.json<{ key: string; value: unknown; source: string }[]>(
      ...["config", "show", "--listen-ops", "off"],
    );
    const sourceOf = (key: string): string | undefined =>
      shown.find((option) => option.key === key)?.source;
    assert.equal(sourceOf("dataDir"), "environment SIGNALBOX_DATA_DIR");
    assert.equal(sourceOf("listen.ops"), "flag --listen-ops");
    assert.equal(sourceOf("listen.rest"), "default");
    assert.equal(sourceOf("regions"), join(daemon.dataDir, "config.yaml"));
    for (const shell of ["bash", "zsh", "fish"]) {
      assert.match(await cli.ok("completion", shell), /security-group/);
    }
  });
});

test("delete takes several names, and deletes none when one is wrong", async () => {
  const names = ["several-a", "several-b", "several-c"];
  for (const name of names) await cli.ok("network", "create", name, "--wait");
  const wrong = await cli.run("network", "delete", ...names, "several-x");
  assert.equal(wrong.code, 3, wrong.stderr);
  const present = await cli.json<ApiObject[]>("network", "list");
  assert.equal(present.filter(({ metadata }) => names.includes(metadata.name)).length, 3);
  const { code, stderr } = await cli.run("network", "delete", ...names, "--wait");
  assert.equal(code, 0, stderr);
  for (const name of names) assert.match(stderr, new RegExp(`^network ${name} deleted$`, "m"));
});

describe("watching", () => {
  test("logs --follow goes on with what the console says, until the server is gone", async () => {
    await cli.ok(...serverOf("followed", "--wait"));
    const command = cli.start("server", "logs", "followed", "--follow", "--lines", "1");
    await command.says("stdout", /followed login:/);
    await cli.ok("server", "stop", "followed", "--wait");
    await command.says("stdout", /Power down/);
    await cli.ok("server", "delete", "followed", "--wait");
    const { code, stdout, stderr } = await command.ended;
    assert.equal(code, 0, stderr);
    assert.equal(stdout.split("followed login:").length, 2, "each word once");
  });

  test("watch prints each change, and Ctrl-C ends it with 130", async () => {
    const command = cli.start("server", "watch", "--output", "json", "--name", "watched");
    await cli.ok(...serverOf("unwatched"));
    await cli.ok(...serverOf("watched", "--wait"));
    await command.says("stdout", /"name":"watched".*"powerState":"Running"/);
    command.child.kill("SIGINT");
    const { code, stdout, stderr } = await command.ended;
    assert.equal(code, 130, stderr);
    assert.equal(stderr, "");
    for (const line of stdout.trim().split("\n")) {
      const { event, resource } = JSON.parse(line) as { event: string; resource: ApiObject };
      assert.match(event, /^(present|created|updated|deleted)$/);
      assert.equal(resource.metadata.name, "watched");
    }
    await cli.ok("server", "delete", "watched", "unwatched", "--wait");
  });

  test("a reader that goes away ends a command quietly", async () => {
    const { code, stdout, stderr } = await cli.shell("./signalbox flavor list | head -1");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ID .*\n$/);
    assert.equal(stderr, "");
    assert.deepEqual(await cli.shell("./signalbox network list | true"), {
      code: 0,
      stdout: "",
      stderr: "",
    });
  });
});

describe("waiting", () => {
  // Its guests do not come up while we look.
  let slowDaemon: DaemonProcess;
  let slow: CommandLine;

  before(async () => {
    const serve = ["--provider", "simulated", "--simulated-boot-time", "1h"];
    slowDaemon = await DaemonProcess.start(join(directory, "slow"), serve);
    slow = new CommandLine({ SIGNALBOX_DATA_DIR: slowDaemon.dataDir });
    await slow.ok("network", "create", "shared", "--prefix", "10.1.0.0/16", "--wait");
  });
  after(() => slowDaemon.kill());

  test("--wait ends when the server runs", async () => {
    const { code, stderr } = await cli.run(...serverOf("waited", "--wait"));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^server waited: Running$/m);
    await cli.ok("server", "delete", "waited", "--wait");
  });

  test("--wait shows how far it is and why", async () => {
    const command = slow.start(...serverOf("awaited", "--wait"));
    await command.says("stderr", /^server awaited: .*the guest has not come up yet$/m);
    await slow.ok("server", "stop", "awaited", "--wait");
    const { code, stderr } = await command.ended;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^server awaited: Stopped$/m);
  });

  test("Ctrl-C ends the wait with 130 and leaves the server alone", async () => {
    const command = slow.start(...serverOf("patient", "--wait"));
    await command.says("stderr", /^server patient: .*the guest has not come up yet$/m);
    command.child.kill("SIGINT");
    assert.equal((await command.ended).code, 130);
    const { metadata, status } = await slow.json<ApiObject>("server", "get", "patient");
    assert.notEqual(metadata.provisioningStatus, "deprovisioning");
    assert.match(status.powerState ?? "", /^(?:Pending|Building)$/);
  });

  test("out of time is 6 and says that it goes on", async () => {
    const { code, stderr } = await slow.run(...serverOf("slow", "--wait", "--timeout", "1ms"));
    assert.equal(code, 6);
    assert.match(stderr, /server slow is not there yet \(.+\); it goes on/);
  });
});

describe("errors say what to do next", () => {
  // biome-ignore format: a table reads best with one row a line
  const CASES: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ["no such name", ["server", "get", "nope"], 3, /no server has the name nope/],
    ["no such id", ["server", "get", "11111111-1111-4111-8111-111111111111"], 3, /no such resource/],
    ["names that exist", ["flavor", "get", "nope"], 3, /there are: sim-standard-4/],
    ["a missing option", ["server", "create", "x"], 2, /--network/],
    ["an unknown command", ["server", "creat"], 2, /Did you mean create/],
    ["an unknown format", ["server", "list", "-o", "xml"], 2, /table, json, yaml/],
    ["a malformed rule", ["security-group", "create", "x", "--network", "shared", "--rule", "22"], 2, /for example ingress:tcp:22/],
    ["a malformed name", ["network", "create", "no spaces"], 2, /\/metadata\/name/],
    ["a malformed route", ["network", "create", "x", "--route", "here"], 2, /for example 10\.0\.0\.0\/8=192\.168\.10\.9/],
    ["a malformed prefix", ["network", "create", "x", "--prefix", "here"], 2, /\/spec\/prefix must be an IPv4 prefix such as 192/],
    ["a malformed tag", ["network", "create", "x", "--tag", "here"], 2, /write it as name=value/],
    ["a malformed count", ["server", "logs", "busy", "--lines", "x"], 2, /give a whole number/],
    ["an update of nothing", ["server", "update", "busy"], 2, /nothing to change/],
    ["an image of the region", ["image", "delete", IMAGE], 4, /the image ubuntu\S+ belongs to the region/],
    ["a project by name", ["network", "list", "--project", "default"], 2, /not the id of a project; `signalbox config show`/],
    ["tokens for no daemon", ["token", "create", "--name", "x", "--role", "auditor", "--data-dir", "/nonexistent"], 74, /there is no data directory \/nonexistent/],
    ["tokens of no daemon", ["token", "list", "--data-dir", "/nonexistent"], 74, /there is no data directory/],
    ["an unreadable file", ["ssh-ca", "create", "x", "--public-key", "/nonexistent"], 2, /cannot be read/],
    ["an image from elsewhere", ["image", "create", "x", "--from", "https://example.org/x"], 1, /--image-source/],
    ["a network in use", ["network", "delete", "shared"], 5, /in use by server busy/],
    ["nothing to retry", ["server", "retry", "busy"], 5, /has not failed/],
    ["a wrong address", ["server", "list", "--url", "here"], 2, /not an http or https address/],
    ["no daemon there", ["server", "list", "--url", "http://127.0.0.1:1"], 69, /is `signalbox serve` running\?/],
    ["no daemon here", ["server", "list", "--data-dir", "/nonexistent"], 69, /signalbox serve --data-dir/],
    ["a token file that is not there", ["server", "list", "--token-file", "/nonexistent"], 2, /cannot be read/],
  ];

  before(() => cli.ok(...serverOf("busy", "--wait")));
  after(() => cli.ok("server", "delete", "busy", "--wait"));

  for (const [name, args, wanted, words] of CASES) {
    test(`${name}: ${wanted}`, async () => {
      const { code, stdout, stderr } = await cli.run(...args);
      assert.match(stderr, words);
      assert.equal(code, wanted, stderr);
      assert.equal(stdout, "");
      assert.doesNotMatch(stderr, /\n {4}at /, "no stack trace");
    });
  }

  test("a private key is not sent: 2", async () => {
    const key = await file("ca", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n");
    const { code, stderr } = await cli.run("ssh-ca", "create", "x", "--public-key", key);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /holds a private key, which was not sent/);
  });

  test("https:// to a daemon without TLS: 69", async () => {
    const url = daemon.endpoints.rest.replace("http:", "https:");
    const { code, stderr } = await cli.run("server", "list", "--url", url);
    assert.equal(code, 69, stderr);
    assert.match(stderr, /does not speak TLS/);
  });

  test("a variable that is set to nothing is as good as none", async () => {
    const empty = new CommandLine({
      ...{ SIGNALBOX_DATA_DIR: daemon.dataDir, SIGNALBOX_TOKEN: "", SIGNALBOX_URL: "" },
      ...{ SIGNALBOX_PROJECT: "", SIGNALBOX_CA_FILE: "" },
    });
    assert.match(await empty.ok("network", "list"), / shared /);
  });

  test("a wrong token: 4", async () => {
    const wrong = new CommandLine({ SIGNALBOX_DATA_DIR: daemon.dataDir, SIGNALBOX_TOKEN: "x" });
    const { code, stderr } = await wrong.run("server", "list");
    assert.equal(code, 4);
    assert.match(stderr, /--token-file or SIGNALBOX_TOKEN/);
  });

  test("an ambiguous name lists the ids: 2", async () => {
    const create = ["network", "create", "twin", "--prefix"];
    await cli.ok(...create, "10.3.0.0/24", "--wait");
    await cli.ok(...create, "10.4.0.0/24", "--wait");
    const { code, stderr } = await cli.run("network", "get", "twin");
    assert.equal(code, 2);
    const ids = [...stderr.matchAll(/^ {2}([0-9a-f-]{36})$/gm)].map(([, id]) => id ?? "");
    assert.equal(ids.length, 2, stderr);
    for (const id of ids) await cli.ok("network", "delete", id, "--wait");
  });

  test("a daemon that stops ends a watch with 69", async (t) => {
    const other = await DaemonProcess.start(join(directory, "other"), ["--provider", "simulated"]);
    const elsewhere = new CommandLine({ SIGNALBOX_DATA_DIR: other.dataDir });
    t.after(() => other.kill());
    const command = elsewhere.start("network", "watch");
    await elsewhere.ok("network", "create", "seen");
    await command.says("stdout", /seen/);
    await other.stop();
    const { code, stderr } = await command.ended;
    assert.equal(code, 69, stderr);
    assert.match(stderr, /the daemon ended the connection/);
  });
});

test("npx signalbox works from a shell whose own node is older", async () => {
  const { code, stdout, stderr } = await cli.shell("npx --no-install signalbox --version");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

/** How often the guest of a server has come up, by its console. */
async function bootsOf(name: string): Promise<number> {
  return (await cli.ok("server", "logs", name)).split("Linux version").length - 1;
}

// Commands as somebody types them, over the daemon's node API, to real agents.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { parse } from "yaml";
import { LogRing } from "../../../../agent/supervisor/log-ring.ts";
import { NodeCliRig, type Ran } from "./testing/node-cli-rig.ts";

const WEB = {
  id: "a0000000-0000-4000-8000-000000000001",
  name: "web",
  tags: [{ name: "role", value: "front" }],
};
const DB = { id: "b0000000-0000-4000-8000-000000000002", name: "db" };

interface Rig {
  readonly rig: NodeCliRig;
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  readonly output: (name: string) => LogRing;
}

async function useMachines(t: TestContext): Promise<Rig> {
  const rig = await NodeCliRig.use(t);
  const output = new Map<string, LogRing>();
  const files = {
    web: {
      "proc/loadavg": "0.50 1.00 2.25 1/100 7\n",
      "srv/a.txt": "first\nsecond\n",
      "srv/b\u001b[31m.txt": "red",
      "srv/sub/c.txt": "x".repeat(5000),
    },
    db: { "proc/loadavg": "nonsense", "srv/d.txt": "" },
  };
  for (const machine of [WEB, DB]) {
    const ownOutput = new LogRing();
    output.set(machine.name, ownOutput);
    // oxlint-disable-next-line no-await-in-loop -- in order, as their names come in answers
    const { life } = await rig.addAgent(machine, files[machine.name as "web" | "db"], {
      ownOutput,
    });
    // oxlint-disable-next-line no-await-in-loop
    await life.start();
  }
  return {
    rig,
    run: (...args) => rig.run(args),
    output: (name) => output.get(name) ?? assert.fail(),
  };
}

/** Lines, with one bar for the spaces between columns. */
function rows(text: string): readonly string[] {
  return text.split("\n").map((line) => line.trimEnd().replaceAll(/ {2,}/g, "|"));
}

test("what machines tell in one answer each", async (t) => {
  const { run } = await useMachines(t);

  await t.test("headings alone where there is nothing to list", async () => {
    const { code, stdout } = await run("services", "-n", "web,db");
    assert.deepEqual([code, rows(stdout)], [0, ["NODE|SERVICE|STATE|HEALTH|SINCE|LAST EVENT", ""]]);
    assert.equal((await run("services", "-n", "gone")).stdout, "");
  });

  await t.test("a table, the machine that fails behind it, and the exit code", async () => {
    const { code, stdout, stderr, fault } = await run("load", "-n", "db,web");
    assert.deepEqual(rows(stdout), ["NODE|1 MIN|5 MIN|15 MIN", "web|0.50|1.00|2.25", ""]);
    assert.match(stderr, /^error from node db: .+\n$/);
    assert.deepEqual({ code, fault }, { code: 1, fault: "1 of the machines failed" });
  });

  await t.test("the same for programs: a failure is an element", async () => {
    const { code, stdout } = await run("load", "-n", "web,db", "-o", "json");
    const [web, db] = JSON.parse(stdout) as readonly Readonly<Record<string, unknown>>[];
    assert.deepEqual(web, { node: "web", load1: 0.5, load5: 1, load15: 2.25 });
    assert.deepEqual([db?.["node"], typeof db?.["error"], code], ["db", "string", 1]);
    const yaml = await run("load", "-n", "web", "-o", "yaml");
    assert.deepEqual(parse(yaml.stdout), [{ node: "web", load1: 0.5, load5: 1, load15: 2.25 }]);
    assert.equal(yaml.code, 0);
  });

  const selectors: readonly (readonly [string, readonly string[]])[] = [
    ["all", ["db", "web"]],
    ["tag=role=front", ["web"]],
    [`${WEB.id},web`, [WEB.id, "web"]],
  ];
  for (const [selector, names] of selectors) {
    await t.test(`machines by ${selector}`, async () => {
      const { code, stdout } = await run("version", "-n", selector);
      assert.equal(code, 0);
      const [, ...lines] = rows(stdout.trimEnd());
      assert.deepEqual(
        lines.map((line) => line.split("|").slice(0, 2)),
        names.map((name) => [name, "v1.2.3"]),
      );
    });
  }

  await t.test("nobody named, nobody meant, and no way there", async () => {
    assert.equal((await run("version")).code, 2);
    const none = await run("version", "-n", "tag=role=back");
    assert.deepEqual([none.code, none.stdout], [1, ""]);
    assert.match(none.stderr, /no machine is selected by "tag=role=back"/);
    const refused = await run("service", "start", "nothing", "-n", "web");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^error from node web: /);
  });
});

test("what machines send as a stream", async (t) => {
  const { rig, run, output } = await useMachines(t);

  await t.test("ls: of all, with faults of some, and without control characters", async () => {
    const { code, stdout, stderr } = await run("ls", "/srv", "-r", "-n", "web,db");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    const [heading = "", ...lines] = rows(stdout.trimEnd());
    assert.equal(heading.split("|")[0], "NODE");
    const names = lines.map((line) => `${line.split("|")[0]} ${line.split("|").at(-1)}`).sort();
    const web = ["web .", "web a.txt", "web b?[31m.txt", "web sub", "web sub/c.txt"];
    assert.deepEqual(names, ["db .", "db d.txt", ...web]);
    const missing = await run("ls", "/srv/sub", "-n", "web,db");
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^error from node db: .*\/srv\/sub/m);
    assert.match(missing.stdout, /c\.txt/);
  });

  await t.test("ls and usage for programs: an object a line", async () => {
    const { stdout } = await run("ls", "/srv", "-t", "f", "-n", "web", "-o", "json");
    const found = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { name: string });
    assert.ok(found.some(({ name }) => name === "/srv/a.txt"));
    const usage = await run("usage", "/srv", "-n", "web");
    assert.match(usage.stdout, /^web +[\d.]+ KiB +/m);
    assert.equal((await run("ls", "-t", "x", "-n", "web")).code, 2);
  });

  await t.test("read: one machine's bytes", async () => {
    const { code, stdout } = await run("read", "/srv/a.txt", "-n", "web");
    assert.deepEqual([code, stdout], [0, "first\nsecond\n"]);
    assert.equal((await run("read", "/srv/a.txt", "-n", "web,db")).code, 2);
    assert.equal((await run("read", "/srv/none", "-n", "web")).code, 3);
  });

  await t.test("logs: whole lines, prefixed where there are several", async () => {
    output("web").append(Buffer.from("one\r\ntwo\u001b[2J\tthree\nrest"));
    output("db").append(Buffer.from("other\n"));
    const one = await run("logs", "agent", "-n", "web");
    assert.deepEqual([one.code, one.stdout], [0, "one\ntwo?[2J    three\nrest\n"]);
    const all = await run("logs", "agent", "-n", "all");
    assert.deepEqual(all.stdout.trimEnd().split("\n").sort(), [
      "db: other",
      "web: one",
      "web: rest",
      "web: two?[2J    three",
    ]);
    const last = await run("logs", "agent", "--tail", "1", "-n", "db");
    assert.equal(last.stdout, "other\n");
    assert.equal((await run("logs", "nothing", "-n", "web")).code, 1);
  });

  await t.test("logs -f: until Ctrl-C", async () => {
    const ctrlC = new AbortController();
    const running = rig.run(["logs", "agent", "-f", "-n", "db"], {
      signal: ctrlC.signal,
      onOutput: (text) => {
        if (text.endsWith("live\n")) ctrlC.abort(new Error("stop"));
        else output("db").append(Buffer.from("live\n"));
      },
    });
    const { stdout, fault } = await running;
    assert.deepEqual([stdout, fault], ["other\nlive\n", "stop"]);
  });

  await t.test("events: past ones, and those that come", async () => {
    const ctrlC = new AbortController();
    const { stdout } = await rig.run(["events", "--tail", "100", "-n", "web,db"], {
      signal: ctrlC.signal,
      onOutput: (text) => {
        if (text.match(/RUNNING, ready/g)?.length === 2) ctrlC.abort(new Error("stop"));
      },
    });
    const [heading, ...lines] = rows(stdout.trimEnd());
    assert.equal(heading, "NODE|ID|EVENT|ACTOR|MESSAGE");
    for (const name of ["web", "db"]) {
      const own = lines.filter((line) => line.startsWith(`${name}|`)).join("\n");
      assert.match(own, /MachineStatusEvent\|-\|BOOTING, not ready/);
      assert.match(own, /MachineStatusEvent\|-\|RUNNING, ready/);
    }
  });
});

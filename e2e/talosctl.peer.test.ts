// The client command that people have for this API, both generations of it, unchanged.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { PATIENCE_MS } from "./support/eventually.ts";
import { HostAgents } from "./support/host-agents.ts";
import {
  type Generation,
  runTalosctl,
  startTalosctl,
  TALOSCTL_MISSING,
  TALOSCTLS,
} from "./support/talosctl.ts";

/** What is looked for in the output, with the names of the machines put in for A, B and OFF. */
interface Case {
  readonly args: string;
  /** One for both generations, or one each. @default 0 */
  readonly code?: number | Readonly<Record<Generation, number>>;
  /** Of standard output; each is in it. */
  readonly says?: readonly string[];
  /** Of standard error. */
  readonly complains?: readonly string[];
}

const UNIMPLEMENTED = "code = Unimplemented desc = ";
const NO_CONTAINERS = `${UNIMPLEMENTED}this machine runs no containers`;
const HOST_REFUSES = "this agent may not reboot its machine: start it with --allow-power";

// biome-ignore format: a table
const CASES: readonly Case[] = [
  { args: "config info", says: ["Current context: +admin", "Roles: +os:admin", "Certificate expires: "] },
  { args: "config contexts", says: ["\\* +admin +127.0.0.1:", " reader +127.0.0.1:"] },
  { args: "-n A,B version", says: ["NODE: +A", "NODE: +B", "OS/Arch: +linux/", "Enabled: +RBAC"] },
  // Older ones only warn.
  { args: "-n A,OFF version", code: { new: 1, old: 0 }, says: ["NODE: +A"], complains: ["OFF: rpc error: code = Unavailable"] },
  { args: "-n OFF version", code: 1, complains: ["code = Unavailable"] },
  { args: "-n nobody version", code: 1, complains: ['no machine "nobody" has enrolled'] },
  { args: "version", code: 1, complains: ["nodes are not set"] },
  { args: "-n A,B memory", says: ["NODE +TOTAL", "A +\\d", "B +\\d"] },
  { args: "-n A memory --verbose", says: ["MemTotal: \\d+ kB"] },
  { args: "-n A,B mounts", says: ["NODE +FILESYSTEM", "A +.* /$", "B +.* /$"] },
  { args: "-n A,B processes", says: ["NODE +PID", "A +\\d+ .* agent ", "B +\\d+ .* agent "] },
  { args: "-n A,B netstat --listening", says: ["NODE +Proto", "A +tcp +\\d+ +\\d+ +A +0.0.0.0:\\* +LISTEN", "B +tcp"] },
  { args: "-n A,B list --long FILES", says: ["NODE +MODE", "A +drwx.* \\.$", "B +-rw-r----- .* 6 .* a.txt$"] },
  { args: "-n A,OFF list FILES", code: 1, says: ["A +a.txt"], complains: ["code = Unavailable"] },
  { args: "-n A list FILES/none", code: 1, complains: ["code = NotFound desc = stat FILES/none: no such file"] },
  { args: "-n A,B usage --all --depth 1 FILES", says: ["NODE +SIZE", "A +6 +a.txt", "B +6 +a.txt"] },
  { args: "-n A read FILES/a.txt", says: ["^first\n$"] },
  { args: "-n A read FILES", code: 1, complains: ["path must be a regular file"] },
  { args: "-n A,B services", says: ["NODE +SERVICE +STATE", "A +talker +Running", "B +once +Finished"] },
  { args: "-n A service talker", says: ["NODE +A", "ID +talker", "EVENTS +\\[Running\\]: Started"] },
  { args: "-n A,B service again restart", says: ['A +Service "again" restarted', 'B +Service "again" restarted'] },
  { args: "-n A service nope start", code: 1, complains: ['service "nope" is not defined'] },
  { args: "-n A,B logs talker --tail 1", says: ["A: hello", "B: hello"] },
  { args: "-n A logs nope", code: 1, complains: ['service "nope" is not defined'] },
  { args: "-n A,B containers", code: 1, complains: [NO_CONTAINERS] },
  { args: "-n A stats", code: 1, complains: [NO_CONTAINERS] },
  { args: "-n A get members", code: 1, complains: [`${UNIMPLEMENTED}unknown method List for service cosi.resource.State`] },
  { args: "-n A health", code: 1, complains: [`${UNIMPLEMENTED}unknown method HealthCheck`] },
  { args: "-n A etcd members", code: 1, complains: [`${UNIMPLEMENTED}unknown method EtcdMemberList`] },
  { args: "-n A reboot", code: 1, complains: [HOST_REFUSES] },
  { args: "-n A,B reboot --wait=false", code: 1, complains: [HOST_REFUSES] },
  { args: "-n A shutdown --wait=false", code: 1, complains: ["may not shut down its machine"] },
  { args: "--context reader -n A version", says: ["NODE: +A"] },
  { args: "--context reader -n A read FILES/a.txt", code: 1, complains: ["code = PermissionDenied desc = not authorized"] },
  { args: "__complete -n A logs t", says: ["^talker$"] },
];

/** Commands that go on, and what they tell of each machine before they are ended. */
const FOLLOWED: readonly (readonly [string, (node: string) => RegExp])[] = [
  ["-n A,B events --tail -1", (node) => new RegExp(`^${node} +\\w{20} .*AddressEvent`, "m")],
  ["-n A,B logs --follow talker", (node) => new RegExp(`^${node}: hello$`, "m")],
];
const PATIENCE = { timeout: PATIENCE_MS };

describe("the client command", { skip: TALOSCTL_MISSING }, () => {
  let host: HostAgents;
  before(async () => {
    host = await HostAgents.start();
  });
  after(() => host.stop());

  function named(template: string): string {
    const [a, b] = host.nodes;
    const names: Readonly<Record<string, string>> = {
      A: a,
      B: b,
      OFF: host.off,
      FILES: host.files,
    };
    return template.replaceAll(/\b(?:A|B|OFF|FILES)\b/g, (name) => names[name] ?? name);
  }

  for (const talosctl of TALOSCTLS) {
    describe(`the ${talosctl.generation} one`, { concurrency: 2 }, () => {
      for (const { args, code = 0, says = [], complains = [] } of CASES) {
        test(args, async () => {
          const ran = await runTalosctl(talosctl, host.config, named(args).split(" "));
          for (const pattern of says) assert.match(ran.stdout, new RegExp(named(pattern), "m"));
          for (const pattern of complains)
            assert.match(ran.stderr, new RegExp(named(pattern), "m"));
          assert.equal(
            ran.code,
            typeof code === "number" ? code : code[talosctl.generation],
            ran.stderr,
          );
        });
      }

      test("copies a directory", async () => {
        const target = join(dirname(host.config), `copy-${talosctl.generation}`);
        const args = ["-n", host.nodes[0], "copy", host.files, target];
        const { code, stderr } = await runTalosctl(talosctl, host.config, args);
        assert.equal(code, 0, stderr);
        assert.equal(readFileSync(join(target, "a.txt"), "utf8"), "first\n");
      });

      for (const [args, pattern] of FOLLOWED) {
        test(`${args}, until Ctrl-C`, PATIENCE, async () => {
          const child = startTalosctl(talosctl, host.config, named(args).split(" "));
          const ended = once(child, "close");
          let said = "";
          for await (const piece of child.stdout) {
            said += String(piece);
            if (host.nodes.every((node) => pattern(node).test(said))) break;
          }
          child.kill("SIGINT");
          await ended;
          for (const node of host.nodes) assert.match(said, pattern(node));
        });
      }
    });
  }
});

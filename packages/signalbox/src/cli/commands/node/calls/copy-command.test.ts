import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { NodeCliRig } from "./testing/node-cli-rig.ts";

const WEB = { id: "a0000000-0000-4000-8000-000000000001", name: "web" };

test("node cp, from a machine to a folder", async (t) => {
  const rig = await NodeCliRig.use(t);
  await rig.addAgent(WEB, {
    "etc/hosts": "127.0.0.1 me\n",
    "etc/app/app.conf": "on\n",
    "etc/zone": { link: "/usr/share/zone" },
  });
  const cp = (path: string, target: string, nodes = "web") =>
    rig.run(["cp", path, target, "-n", nodes]);

  await t.test("a folder, with what had to be left out", async () => {
    const folder = join(rig.folder, "copy");
    const { code, stdout, stderr } = await cp("/etc", folder);
    assert.deepEqual({ code, stdout }, { code: 0, stdout: "" });
    assert.equal(stderr, "left out: zone: is a link out of the folder, to /usr/share/zone\n");
    assert.equal(readFileSync(join(folder, "hosts"), "utf8"), "127.0.0.1 me\n");
    assert.equal(readFileSync(join(folder, "app/app.conf"), "utf8"), "on\n");
  });

  await t.test("a file, below a folder that is made", async () => {
    const folder = join(rig.folder, "deep/er");
    assert.equal((await cp("/etc/hosts", folder)).code, 0);
    assert.equal(readFileSync(join(folder, "hosts"), "utf8"), "127.0.0.1 me\n");
  });

  await t.test("nothing is written over, nor beside", async () => {
    writeFileSync(join(rig.folder, "mine"), "");
    assert.deepEqual(pick(await cp("/etc", rig.folder)), [5, `${rig.folder} is not empty`]);
    const file = join(rig.folder, "mine");
    assert.deepEqual(pick(await cp("/etc", file)), [2, `${file} cannot be written`]);
    assert.equal(existsSync(join(rig.folder, "hosts")), false);
  });

  await t.test("as an archive on standard output", async () => {
    const { code, stdout } = await cp("/etc", "-");
    // The bytes of gzip, as far as text shows them.
    assert.deepEqual([code, stdout.startsWith("\u001f")], [0, true]);
  });

  await t.test("what is not there, and who may not", async () => {
    const { code, fault } = await cp("/nowhere", join(rig.folder, "none"));
    assert.deepEqual([code, /nowhere/.test(fault ?? "")], [3, true]);
    const reader = { role: "os:reader" };
    const target = join(rig.folder, "denied");
    const denied = await rig.run(["cp", "/etc", target, "-n", "web"], reader);
    assert.deepEqual(pick(denied), [4, "not authorized; the role os:admin would do"]);
    const several = await cp("/etc", join(rig.folder, "two"), "web,db");
    assert.deepEqual(pick(several), [2, "this is for one machine: give one with --nodes"]);
  });
});

function pick({ code, fault }: { readonly code: number; readonly fault: string | undefined }) {
  return [code, fault];
}

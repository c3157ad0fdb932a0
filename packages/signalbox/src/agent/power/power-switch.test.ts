import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { commandPowerSwitch } from "./power-switch.ts";

test("each way down is a program of its own, and its failure is told", async (t) => {
  const directory = await temporaryDirectory(t);
  const told = join(directory, "told");
  const say = (word: string): readonly string[] => ["sh", "-c", `echo ${word} >>${told}`];
  const power = commandPowerSwitch(
    { PATH: "/usr/bin:/bin" },
    { reboot: say("reboot"), forcedReboot: say("forced"), powerOff: ["sh", "-c", "exit 3"] },
  );
  await power.reboot(false);
  await power.reboot(true);
  assert.equal(await readFile(told, "utf8"), "reboot\nforced\n");
  await assert.rejects(power.powerOff(), { message: "sh: exit status 3" });
  const none = commandPowerSwitch({}, { powerOff: ["/nowhere/poweroff"] });
  await assert.rejects(none.powerOff(), { code: "ENOENT" });
});

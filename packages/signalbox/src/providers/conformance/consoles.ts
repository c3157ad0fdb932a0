import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { ProviderCapabilities } from "../provider.ts";
import { desiredServer } from "./desired.ts";
import type { Conform } from "./harness.ts";
import { CALM, eventually, reach, refOf, rejectsWith, settles } from "./steps.ts";

/** What was printed, and the live console. */
export function describeConsoles(conform: Conform, capabilities: ProviderCapabilities): void {
  if (capabilities.consoleOutput) describeOutput(conform);
  if (capabilities.console) describeLive(conform);
}

function describeOutput(conform: Conform): void {
  conform("keeps what a machine prints, and shows as many lines as asked for", async (harness) => {
    const { provider } = harness;
    const server = desiredServer(harness);
    await reach(harness, server);
    const all = await eventually(harness, "it has printed some lines", async () => {
      const text = await provider.consoleOutput(refOf(server), undefined, CALM);
      return text.split("\n").length > 3 ? text : undefined;
    });
    assert.ok(all.length > 0);
    const two = await provider.consoleOutput(refOf(server), 2, CALM);
    assert.equal(two.replace(/\n$/, "").split("\n").length, 2);
    const many = await provider.consoleOutput(refOf(server), 1_000_000, CALM);
    assert.ok(many.startsWith(all.slice(0, 100)));
    const gone = { id: randomUUID(), incarnation: randomUUID() };
    await rejectsWith(provider.consoleOutput(gone, undefined, CALM), "not_found");
  });

  conform("still shows what a machine printed once it is off", async (harness) => {
    const server = desiredServer(harness);
    await reach(harness, server);
    await reach(harness, { ...server, power: "stopped" });
    const text = await harness.provider.consoleOutput(refOf(server), undefined, CALM);
    assert.notEqual(text, "");
  });
}

function describeLive(conform: Conform): void {
  conform(
    "opens a console that shows what is typed, and leaves the machine be",
    async (harness) => {
      const { provider } = harness;
      const server = desiredServer(harness);
      await reach(harness, server);
      const console = await provider.openConsole(refOf(server), CALM);
      let shown = "";
      console.setEncoding("latin1").on("data", (text: string) => {
        shown += text;
      });
      // Now and then, because a guest reads its console only once it has booted.
      await eventually(harness, "the console echoes", async () => {
        console.write("knock\r");
        return shown.includes("knock") ? true : undefined;
      });
      console.destroy();
      await settles(harness, server, "running");
    },
  );

  conform(
    "ends the console of a machine that goes away, and opens none when it is off",
    async (harness) => {
      const { provider } = harness;
      const server = desiredServer(harness);
      await reach(harness, server);
      const console = await provider.openConsole(refOf(server), CALM);
      console.on("error", () => {});
      console.resume();
      const closed = once(console, "close");
      await reach(harness, { ...server, power: "stopped" });
      await closed;
      await rejectsWith(provider.openConsole(refOf(server), CALM), "conflict");
      const gone = { id: randomUUID(), incarnation: randomUUID() };
      await rejectsWith(provider.openConsole(gone, CALM), "not_found");
    },
  );
}

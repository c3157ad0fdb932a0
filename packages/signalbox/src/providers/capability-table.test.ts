import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { silentLog, VirtualClock } from "@signalbox/base";
import type { ProviderCapabilities } from "./provider.ts";
import { QEMU_CAPABILITIES } from "./qemu/qemu-capabilities.ts";
import { SimulatedProvider } from "./simulated/simulated-provider.ts";

const simulated = new SimulatedProvider({ clock: new VirtualClock(), log: silentLog });

/** Every provider, in the order of the columns. */
const PROVIDERS: readonly (readonly [name: string, ProviderCapabilities])[] = [
  ["simulated", simulated.capabilities],
  ["qemu", QEMU_CAPABILITIES],
];

test("the table of docs/providers.md says what each provider says of itself", async () => {
  const text = await readFile(new URL("../../../../docs/providers.md", import.meta.url), "utf8");
  const [head, ...rows] = readTable(text, "capability");
  assert.deepEqual(
    head?.slice(1, -1),
    PROVIDERS.map(([name]) => name),
  );
  for (const [index, [name, capabilities]] of PROVIDERS.entries()) {
    const written = rows.map((row) => [row[0], row[index + 1]]);
    assert.deepEqual(written, rowsOf(capabilities), name);
  }
});

/** The cells of the table whose first column has this title, without the line of dashes. */
function readTable(text: string, title: string): readonly (readonly string[])[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${title} |`));
  assert.notEqual(start, -1, `there is no table of the ${title}`);
  const length = lines.slice(start).findIndex((line) => !line.startsWith("|"));
  return lines
    .slice(start, start + length)
    .filter((_, index) => index !== 1)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function rowsOf(capabilities: ProviderCapabilities): readonly (readonly string[])[] {
  return Object.entries(capabilities).map(([flag, value]) => [`\`${flag}\``, cellOf(value)]);
}

function cellOf(value: ProviderCapabilities[keyof ProviderCapabilities]): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value.join(", ");
}

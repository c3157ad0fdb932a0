import assert from "node:assert/strict";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { desiredServer } from "../../conformance/desired.ts";
import { CALM, eventually, prints, reach, refOf } from "../../conformance/steps.ts";
import { MACHINE_TEST } from "../testing/provider-place.ts";
import { createQemuHarness, type QemuHarness, script } from "../testing/qemu-harness.ts";

const CONSOLE_BYTES = 64 * 1024;
/** Enough turns of the files to be sure that both were written over. */
const ROTATIONS = 4;

describe("a guest that never stops talking", MACHINE_TEST, () => {
  it("fills no more than its share of the disk, daemon or no daemon", async (t) => {
    const harness = await createQemuHarness({ consoleBytes: CONSOLE_BYTES });
    t.after(() => harness.dispose());
    const server = desiredServer(harness, script("yes 0123456789abcdef"));
    await reach(harness, server);
    await prints(harness, server, "0123456789abcdef");
    const directory = harness.directoryOf(server);
    await watchRotations(harness, directory);

    const reopening = harness.provider.close();
    await reopening;
    await watchRotations(harness, directory);

    await harness.reopen();
    const output = await harness.provider.consoleOutput(refOf(server), undefined, CALM);
    assert.ok(output.length > CONSOLE_BYTES / 4 && output.length <= CONSOLE_BYTES);
    assert.match(output, /0123456789abcdef/);
    await watchRotations(harness, directory);
  });

  it("is not held up by somebody who opens its console and does not read", async (t) => {
    const harness = await createQemuHarness({ consoleBytes: CONSOLE_BYTES });
    t.after(() => harness.dispose());
    const server = desiredServer(harness, script("yes 0123456789abcdef"));
    await reach(harness, server);
    await prints(harness, server, "0123456789abcdef");
    const lazy = await harness.provider.openConsole(refOf(server), CALM);
    const eager = await harness.provider.openConsole(refOf(server), CALM);
    let read = 0;
    eager.on("data", (bytes: Buffer) => (read += bytes.length));
    const enough = 1024 * 1024;
    await eventually(harness, "a megabyte goes by", async () => (read > enough ? true : undefined));
    assert.ok(lazy.readableLength <= 256 * 1024 + 200, `${lazy.readableLength} bytes are held`);
    lazy.destroy();
    eager.destroy();
    await Promise.all([once(lazy, "close"), once(eager, "close")]);
  });
});

/** Looks at the files until they have been replaced a few times, never finding them too large. */
async function watchRotations(harness: QemuHarness, directory: string): Promise<void> {
  const seen = new Set<number>();
  await eventually(harness, "the console's files go round", async () => {
    const [now, before] = ["console.log", "console.before.log"].map((name) =>
      statSync(join(directory, name), { throwIfNoEntry: false }),
    );
    assert.ok((now?.size ?? 0) + (before?.size ?? 0) <= CONSOLE_BYTES);
    if (before !== undefined) seen.add(before.mtimeMs);
    return seen.size > ROTATIONS ? true : undefined;
  });
}

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Problem, silentLog, systemClock, systemRandom } from "@signalbox/base";
import { Slots } from "../capacity/slots.ts";
import { ImageStore } from "./image-store.ts";
import { importImage } from "./import-image.ts";
import { QemuImg } from "./qemu-img.ts";

const GIB = 1024 ** 3;

/** Imports go to a real image store; the program that would look at them leaves a trace. */
async function setUp(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), "import-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const images = new ImageStore(directory, silentLog);
  await images.open();
  const program = join(directory, "qemu-img");
  writeFileSync(program, `#!/bin/sh\n: > '${directory}/was-run'\nexit 1\n`, { mode: 0o755 });
  const slots = new Slots(1);
  const clock = systemClock;
  const qemuImg = new QemuImg({ program, searchPath: "/bin", clock, slots, timeoutMs: 60_000 });
  const limits = { maxBytes: GIB, maxVirtualBytes: GIB, idleTimeoutMs: 60_000 };
  const source = join(directory, "source.qcow2");
  const bring = (content: Buffer): Promise<unknown> => {
    writeFileSync(source, content);
    return importImage(
      {
        imageId: "i",
        uri: pathToFileURL(source).href,
        format: "qcow2",
        onProgress: () => {},
      },
      { clock, random: systemRandom, images, qemuImg, limits },
      t.signal,
    );
  };
  return { bring, left: () => readdirSync(directory).filter((name) => name === "was-run") };
}

test("an image that names other files is refused before any program looks at it", async (t) => {
  const { bring, left } = await setUp(t);
  const image = Buffer.alloc(65_536);
  image.write("QFI\xfb", "latin1");
  image.writeUInt32BE(3, 4);
  image.writeBigUInt64BE(4n, 72);
  const refused = (error: unknown): boolean =>
    Problem.is(error, "unprocessable") && error.message.includes("another file");
  await assert.rejects(bring(image), refused);
  assert.deepEqual(left(), []);
  image.writeBigUInt64BE(0n, 72);
  await assert.rejects(bring(image), (error) => Problem.is(error, "unprocessable"));
  assert.deepEqual(left(), ["was-run"], "one that names none is looked at");
});

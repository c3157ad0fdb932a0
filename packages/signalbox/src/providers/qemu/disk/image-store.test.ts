import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Problem, silentLog } from "@signalbox/base";
import { MachineFailure } from "../machine/machine-failure.ts";
import { ImageStore } from "./image-store.ts";

const { signal } = new AbortController();
const nothing = (): ReadonlySet<string> => new Set();

describe("ImageStore", () => {
  let directory = "";

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "signalbox-images-"));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  async function open(): Promise<ImageStore> {
    const store = new ImageStore(directory, silentLog);
    await store.open();
    return store;
  }

  async function adopt(store: ImageStore, imageId: string, content: string) {
    const path = store.incomingPath(imageId);
    writeFileSync(path, content);
    return store.adopt(imageId, { path, virtualBytes: content.length }, signal);
  }

  const files = (): readonly string[] =>
    readdirSync(join(directory, "images")).filter((name) => name.startsWith("sha256-"));

  test("an image is found by its id, under the digest of its bytes, also after a restart", async () => {
    const hex = createHash("sha256").update("content").digest("hex");
    const stored = await adopt(await open(), "a", "content");
    assert.deepEqual(stored, { digest: `sha256:${hex}`, virtualBytes: 7 });
    const later = await open();
    assert.deepEqual(later.find("a"), stored);
    const { path } = await later.locate("a");
    assert.equal(path, join(directory, "images", `sha256-${hex}.qcow2`));
    assert.equal(statSync(path).mode & 0o777, 0o400);
  });

  test("equal images share a file, which goes with the last of them", async () => {
    const store = await open();
    await adopt(store, "a", "same");
    await adopt(store, "b", "same");
    assert.equal(files().length, 1);
    await store.forget("a");
    await store.collect(nothing);
    assert.equal(files().length, 1);
    await store.forget("b");
    await store.forget("b");
    await store.collect(nothing);
    assert.deepEqual(files(), []);
  });

  test("a file that disks depend on outlives its image", async () => {
    const store = await open();
    const { digest } = await adopt(store, "a", "base");
    await store.forget("a");
    await store.collect(() => new Set([digest]));
    assert.equal(files().length, 1);
  });

  test("what is not there is missing, in words", async () => {
    const store = await open();
    await adopt(store, "a", "content");
    for (const name of files()) rmSync(join(directory, "images", name));
    for (const imageId of ["a", "b"]) {
      await assert.rejects(store.locate(imageId), (error) => {
        assert.ok(error instanceof MachineFailure);
        assert.equal(error.fault.reason, "image_missing");
        return true;
      });
    }
  });

  test("a restart clears away what was coming in", async () => {
    const store = await open();
    writeFileSync(store.incomingPath("half"), "ha");
    const later = await open();
    assert.deepEqual(readdirSync(join(later.incomingPath("x"), "..")), []);
  });

  test("a damaged catalogue is an error, and no image is lost by it", async () => {
    await adopt(await open(), "a", "content");
    writeFileSync(join(directory, "images", "catalogue.json"), "{}");
    await assert.rejects(open(), (error) => Problem.is(error, "provider_unavailable"));
    assert.equal(files().length, 1);
  });
});

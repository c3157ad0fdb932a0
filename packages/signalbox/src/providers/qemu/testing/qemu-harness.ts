import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { systemClock } from "@signalbox/base";
import type { ProviderHarness } from "../../conformance/harness.ts";
import type { DesiredServer, Provider, ServerRef } from "../../provider.ts";
import { machineDirectoryName } from "../machine/machine-name.ts";
import type { QemuOptions } from "../qemu-settings.ts";
import { guestImage } from "./guest-image.ts";
import { machinePid, ProviderPlace, TEST_FLAVOR } from "./provider-place.ts";

const FIRST_IMAGE = "5b0c0000-0000-4000-8000-00000000aa01";
const SECOND_IMAGE = "5b0c0000-0000-4000-8000-00000000aa02";

/** A harness, and what a test of this provider alone may look at. */
export interface QemuHarness extends ProviderHarness {
  readonly place: ProviderPlace;
  /** The directory of a machine. */
  readonly directoryOf: (ref: ServerRef) => string;
}

/** Real machines, emulated, on the host's clock. */
export async function createQemuHarness(
  settings: QemuOptions = {},
  place: ProviderPlace = new ProviderPlace({ maxBoots: 4, stopTimeoutMs: 60_000, ...settings }),
): Promise<QemuHarness> {
  let provider = await place.open();
  const larger = join(place.directory, "larger.qcow2");
  execFileSync("cp", [guestImage(), larger]);
  execFileSync("qemu-img", ["resize", "-q", larger, "+16M"]);
  const images = [
    await importFile(provider, FIRST_IMAGE, guestImage()),
    await importFile(provider, SECOND_IMAGE, larger),
  ] as const;
  const garbage = join(place.directory, "garbage.qcow2");
  writeFileSync(garbage, "this is no image");
  const importable = { uri: pathToFileURL(guestImage()).href, format: "qcow2" } as const;

  const directoryOf = (ref: ServerRef): string =>
    join(place.data, "machines", machineDirectoryName(ref));

  return {
    place,
    directoryOf,
    get provider() {
      return provider;
    },
    flavor: TEST_FLAVOR,
    images,
    importable,
    brokenImports: [
      {
        title: "the bytes are not those announced",
        request: { ...importable, sha256: "0".repeat(64) },
        code: "unprocessable",
      },
      {
        title: "the file is no image",
        request: { uri: pathToFileURL(garbage).href, format: "qcow2" },
        code: "unprocessable",
      },
      {
        title: "nobody answers",
        request: { uri: "http://127.0.0.1:1/disk.qcow2", format: "qcow2" },
        code: "provider_unavailable",
      },
    ],
    clock: systemClock,
    deadlineMs: 120_000,
    pause: () => systemClock.sleep(100),
    reopen: async () => {
      await provider.close();
      provider = await place.open();
    },
    mark: {
      write: (text) => script(`echo ${text} >/root/mark`, "sync", "cat /root/mark"),
      read: () => script("cat /root/mark 2>/dev/null", "echo the mark was looked for"),
      readDone: "the mark was looked for",
    },
    selfShutdown: {
      properties: script(
        'until read -r word </dev/console && [ "$word" = off ]; do :; done',
        "poweroff",
      ),
      trigger: (ref) => void typeOff(provider, ref),
    },
    kill: async (ref) => {
      process.kill(machinePid(directoryOf(ref)), "SIGKILL");
    },
    dispose: () => place.dispose(provider),
  };
}

/** Types it again and again: the prompt for a login may read a line as well. */
async function typeOff(provider: Provider, ref: ServerRef): Promise<void> {
  const console = await provider.openConsole(ref, { signal: new AbortController().signal });
  console.on("error", () => {});
  console.resume();
  while (console.writable) {
    console.write("off\r");
    await systemClock.sleep(200);
  }
}

async function importFile(
  provider: Provider,
  imageId: string,
  path: string,
): Promise<DesiredServer["image"]> {
  const stored = await provider.importImage(
    { imageId, uri: pathToFileURL(path).href, format: "qcow2", onProgress: () => {} },
    { signal: new AbortController().signal },
  );
  assert.ok(stored.virtualBytes > 0);
  return { id: imageId, ...stored };
}

/** A server that runs these lines of shell at its first boot. */
export function script(...lines: readonly string[]): Partial<DesiredServer> {
  return { userData: Buffer.from(["#!/bin/sh", ...lines, ""].join("\n")) };
}

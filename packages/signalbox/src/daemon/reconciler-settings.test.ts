import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "../config/load-config.ts";
import { resolveReconcilerSettings } from "../reconcilers/reconcilers.ts";
import { reconcilerSettings } from "./reconciler-settings.ts";

function settingsFor(flags: Readonly<Record<string, string>> = {}) {
  const sources = { flags, environment: {}, file: undefined };
  return reconcilerSettings(loadConfig(sources).config);
}

test("the defaults of the configuration are those of the reconcilers", () => {
  assert.deepEqual(settingsFor(), resolveReconcilerSettings());
});

test("every option reaches the setting that it is about", () => {
  const settings = settingsFor({
    "--resync-interval": "2m",
    "--servers-at-once": "7",
    "--server-timeout": "90s",
    "--create-attempts": "9",
    "--images-at-once": "2",
    "--image-timeout": "3h",
    "--image-attempts": "8",
  });
  assert.deepEqual(settings, {
    ...resolveReconcilerSettings(),
    resyncIntervalMs: 120_000,
    serverConcurrency: 7,
    serverTimeoutMs: 90_000,
    createAttempts: 9,
    imageConcurrency: 2,
    imageTimeoutMs: 10_800_000,
    imageAttempts: 8,
  });
});

test("a duration of nothing is refused", () => {
  for (const flag of ["--resync-interval", "--server-timeout", "--image-timeout"]) {
    assert.throws(() => settingsFor({ [flag]: "0s" }), /a duration above 0/, flag);
  }
});

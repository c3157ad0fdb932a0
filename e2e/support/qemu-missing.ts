import { existsSync } from "node:fs";

const isInstalled = (process.env["PATH"] ?? "")
  .split(":")
  .some((folder) => existsSync(`${folder}/qemu-system-x86_64`));

/** Why a test that needs QEMU is skipped; false when it runs, or has to (REQUIRE_PEERS=1). */
export const QEMU_MISSING =
  isInstalled || process.env["REQUIRE_PEERS"] === "1" ? false : "peer missing: qemu-system-x86";

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SshInjection } from "./server.ts";
import { resolveSshInjection } from "./ssh-injection.ts";

// compute-api §3.4, row by row.
// biome-ignore format: a table reads best with one row a line
const ROWS: readonly (readonly [SshInjection | undefined, boolean, boolean, SshInjection | "refused"])[] = [
  // requested,        authority, pinned, result
  [undefined,          true,      false,  "ca"],
  [undefined,          false,     false,  "identityKeypair"],
  ["ca",               true,      false,  "ca"],
  ["ca",               false,     false,  "refused"],
  ["identityKeypair",  true,      false,  "refused"],
  ["none",             true,      false,  "refused"],
  ["identityKeypair",  false,     false,  "identityKeypair"],
  ["none",             false,     false,  "none"],
  [undefined,          false,     true,   "refused"],
  ["identityKeypair",  false,     true,   "refused"],
  ["none",             false,     true,   "none"],
  [undefined,          true,      true,   "ca"],
  ["ca",               true,      true,   "ca"],
];

describe("resolveSshInjection", () => {
  for (const [requested, authority, pinned, expected] of ROWS) {
    const name = `${requested ?? "omitted"}, ${authority ? "with" : "without"} an authority`;
    it(`${name}${pinned ? ", pinned" : ""}: ${expected}`, () => {
      const result = resolveSshInjection({
        requested,
        ...(authority ? { sshCertificateAuthorityId: "a" } : {}),
        ...(pinned ? { infrastructureRef: "host-1" } : {}),
      });
      assert.equal(result.ok ? result.value : "refused", expected);
    });
  }
});

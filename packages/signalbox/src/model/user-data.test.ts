import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { checkUserData, MAX_USER_DATA_BYTES, recogniseUserData } from "./user-data.ts";

const MULTIPART = `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="xyz"

--xyz
Content-Type: text/x-shellscript

#!/bin/sh
--xyz--
`;

function kindOf(text: string, withAuthority = false): string {
  const result = checkUserData(Buffer.from(text, "latin1"), withAuthority);
  if (!result.ok) return "refused";
  return result.value.kind === "single" ? result.value.mimeType : result.value.kind;
}

describe("checkUserData", () => {
  // compute-api §3.3, row by row: payload, without an authority, with one.
  // biome-ignore format: a table reads best with one row a line
  const rows = [
    ["",                                       "absent",                    "absent"],
    ["#cloud-config\npackages: []\n",          "text/cloud-config",         "text/cloud-config"],
    ["#!/bin/sh\ntrue\n",                      "text/x-shellscript",        "text/x-shellscript"],
    ["## template: jinja\n#cloud-config\n",    "text/jinja2",               "text/jinja2"],
    ["#cloud-boothook\ntrue\n",                "text/cloud-boothook",       "text/cloud-boothook"],
    ["#include\nhttps://example.org/\n",       "text/x-include-url",        "text/x-include-url"],
    ["#include-once\nhttps://example.org/\n",  "text/x-include-once-url",   "text/x-include-once-url"],
    ["#part-handler\n",                        "text/part-handler",         "text/part-handler"],
    ["#cloud-config-archive\n- type: x\n",     "text/cloud-config-archive", "text/cloud-config-archive"],
    [MULTIPART,                                "multipart",                 "multipart"],
    [MULTIPART.replaceAll("\n", "\r\n"),       "multipart",                 "multipart"],
    ["\x1f\x8b\x08\x00\x00",                   "gzip",                      "refused"],
    ["  #cloud-config  \r\n",                  "text/cloud-config",         "text/cloud-config"],
    ["hello",                                  "refused",                   "refused"],
    ["\n#cloud-config\n",                      "refused",                   "refused"],
    ["Content-Type: text/plain\n\n#!/bin/sh",  "refused",                   "refused"],
    [MULTIPART.replace('; boundary="xyz"', ""),"refused",                   "refused"],
    [MULTIPART.replace("--xyz--\n", ""),       "refused",                   "refused"],
    [MULTIPART.replaceAll("\n--xyz", "\n--a"), "refused",                   "refused"],
    [MULTIPART.replace("Content-Type: text/x", "Content Type text/x"), "refused", "refused"],
  ] as const;
  for (const [payload, without, withAuthority] of rows) {
    it(`${JSON.stringify(payload.slice(0, 60))} is ${without} or ${withAuthority}`, () => {
      assert.equal(kindOf(payload), without);
      assert.equal(kindOf(payload, true), withAuthority);
    });
  }

  it("says what strict clients look for, and nothing of the payload", () => {
    const refused = checkUserData(Buffer.from("s3cr3t"), false);
    assert(!refused.ok);
    assert.match(refused.error, /cloud-init/);
    assert.match(refused.error, /unsupported userData format/);
    assert.doesNotMatch(refused.error, /s3cr3t/);
  });

  it("takes 64 KiB and no byte more", () => {
    const sized = (bytes: number) => Buffer.from("#!".padEnd(bytes, "x"));
    assert.equal(recogniseUserData(sized(MAX_USER_DATA_BYTES)).ok, true);
    assert.equal(recogniseUserData(sized(MAX_USER_DATA_BYTES + 1)).ok, false);
  });

  it("answers a value or a reason for any bytes", () => {
    const fragment = fc.constantFrom(
      "Content-Type: multipart/mixed; boundary=",
      "xyz",
      "--xyz",
      "--",
      "\n",
      "\r\n",
      "\n\n",
      " ",
      '"',
      "\\",
      ":",
      "A: b",
    );
    const near = fc.array(fragment, { maxLength: 14 }).map((parts) => Buffer.from(parts.join("")));
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(fc.oneof(near, bytes), fc.boolean(), (payload, withAuthority) => {
        const result = checkUserData(payload, withAuthority);
        if (!result.ok) assert.match(result.error, /unsupported userData format/);
      }),
      { seed: 17, numRuns: 3_000 },
    );
  });
});

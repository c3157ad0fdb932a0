import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseBasic } from "./basic-credentials.ts";

const encoded = (text: string): string => Buffer.from(text).toString("base64");

// biome-ignore format: a table
const HEADERS: readonly [header: string, user: string | undefined, password?: string][] = [
  [`Basic ${encoded("alice:secret")}`, "alice", "secret"],
  [`bAsIc ${encoded("alice:a:b:c")}`, "alice", "a:b:c"],
  [`Basic ${encoded(":")}`, "", ""],
  [`Basic ${encoded("jürgen:pässwörd")}`, "jürgen", "pässwörd"],
  [`Basic ${encoded("no colon")}`, undefined],
  [`Basic ${encoded("alice:secret").replace(/=+$/, "")}`, "alice", "secret"],
  ["Basic YTpi_w==", undefined], ["Basic YTpi\n", undefined], ["Basic YQ", undefined],
  ["Basic", undefined], ["Bearer abc", undefined], ["", undefined],
];

for (const [header, user, password] of HEADERS) {
  test(`Authorization: ${JSON.stringify(header)} (ops §3)`, () => {
    const read = parseBasic(header);
    assert.equal(read?.user, user);
    if (password !== undefined)
      assert.equal(Buffer.from(read?.password ?? []).toString(), password);
  });
}

test("password bytes are taken as they are", () => {
  const header = `Basic ${Buffer.from([0x61, 0x3a, 0xff, 0x00]).toString("base64")}`;
  assert.deepEqual([...(parseBasic(header)?.password ?? [])], [0xff, 0x00]);
});

test("no header is too strange", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseBasic(text);
      parseBasic(`Basic ${text}`);
    }),
    { seed: 1 },
  );
});

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import { anyText } from "@signalbox/testing";
import fc from "fast-check";
import { parseSshPublicKey } from "./ssh-public-key.ts";

const str = (bytes: Buffer | string): Buffer => {
  const body = Buffer.from(bytes as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
};
const line = (type: string, ...fields: readonly (Buffer | string)[]): string =>
  `${type} ${Buffer.concat([str(type), ...fields.map(str)]).toString("base64")}`;

const ED25519 = line("ssh-ed25519", Buffer.alloc(32, 7));

function ecdsaLine(curve: "P-256" | "P-384" | "P-521", name: string): string {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: curve });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const point = Buffer.concat([
    Buffer.from([4]),
    Buffer.from(x, "base64url"),
    Buffer.from(y, "base64url"),
  ]);
  return line(`ecdsa-sha2-${name}`, name, point);
}

function rsaLine(): string {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { n = "", e = "" } = publicKey.export({ format: "jwk" });
  const modulus = Buffer.concat([Buffer.from([0]), Buffer.from(n, "base64url")]);
  return line("ssh-rsa", Buffer.from(e, "base64url"), modulus);
}

describe("parseSshPublicKey", () => {
  for (const key of [
    ED25519,
    rsaLine(),
    ecdsaLine("P-256", "nistp256"),
    ecdsaLine("P-384", "nistp384"),
    ecdsaLine("P-521", "nistp521"),
  ]) {
    it(`takes ${key.split(" ")[0]}`, () => {
      assert.deepEqual(parseSshPublicKey(key), { ok: true, value: key });
    });
  }

  it("trims, makes a line without a comment anew, and keeps one with a comment as it is", () => {
    const [type, blob] = ED25519.split(" ");
    const spaced = parseSshPublicKey(`  ${type} \t ${blob} \n`);
    assert.deepEqual(spaced, { ok: true, value: ED25519 });
    const commented = `${type}   ${blob}  the  authority`;
    assert.deepEqual(parseSshPublicKey(`\n${commented}\n`), { ok: true, value: commented });
  });

  const refused: Readonly<Record<string, string>> = {
    "an empty text": "  ",
    "two lines": `${ED25519}\n${ED25519}`,
    options: `no-pty ${ED25519}`,
    "a type that signs no certificates": ED25519.replace("ssh-ed25519", "ssh-dss"),
    "a private key": "-----BEGIN OPENSSH PRIVATE KEY-----",
    "no blob": "ssh-ed25519",
    "bad base64": "ssh-ed25519 !!!!",
    "base64 of the URL alphabet": ED25519.replace("BwcHBwcH", "Bw-_BwcH"),
    "another type inside": line("ssh-ed25519", Buffer.alloc(32)).replace("ssh-ed25519", "ssh-rsa"),
    "a short key": line("ssh-ed25519", Buffer.alloc(31)),
    "a field too many": line("ssh-ed25519", Buffer.alloc(32), "x"),
    "a small modulus": line("ssh-rsa", Buffer.from([1, 0, 1]), Buffer.alloc(64, 1)),
    "a negative exponent": line("ssh-rsa", Buffer.from([0x81]), Buffer.alloc(256, 1)),
    "a point off the curve": line(
      "ecdsa-sha2-nistp256",
      "nistp256",
      Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)]),
    ),
    "a curve of another name": line("ecdsa-sha2-nistp256", "nistp384", Buffer.alloc(65, 4)),
    "control characters": `${ED25519} a\u0007b`,
  };
  for (const [name, text] of Object.entries(refused)) {
    it(`refuses ${name}`, () => assert.equal(parseSshPublicKey(text).ok, false));
  }

  it("answers a value or a reason for any text", () => {
    const blob = fc.uint8Array({ maxLength: 80 }).map((b) => Buffer.from(b).toString("base64"));
    const near = fc
      .tuple(fc.constantFrom("ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256"), blob)
      .map((parts) => parts.join(" "));
    fc.assert(
      fc.property(fc.oneof(anyText(), near), (text) => {
        const result = parseSshPublicKey(text);
        if (!result.ok) assert.notEqual(result.error, "");
      }),
      { seed: 29, numRuns: 1_000 },
    );
  });
});

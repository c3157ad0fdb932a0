import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { anyText } from "@signalbox/testing";
import fc from "fast-check";
import { parseMimeMultipart } from "./mime-multipart.ts";
import { mergeSshAuthority } from "./ssh-managed-part.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== authority";

function merged(userData: Buffer | undefined, key = KEY): string {
  const result = mergeSshAuthority(userData, key);
  assert(result.ok);
  return result.value.toString("latin1");
}

describe("mergeSshAuthority", () => {
  it("sends the managed part alone when the caller sent nothing", () => {
    for (const nothing of [undefined, Buffer.alloc(0)]) {
      const text = merged(nothing);
      assert.match(text, /^#cloud-config\n/);
      assert.match(text, /path: \/etc\/ssh\/trusted-user-ca-keys\.pub/);
      assert.match(text, /90-unikorn-trusted-user-ca\.conf/);
      assert(text.includes(`content: "${KEY}\\n"`));
    }
  });

  it("puts a script beside the managed part, byte for byte", () => {
    const script = "#!/bin/sh\necho hello\n\n";
    const text = merged(Buffer.from(script));
    const document = parseMimeMultipart(Buffer.from(text, "latin1"));
    assert(document?.ok);
    assert.equal(document.value.partCount, 2);
    assert(text.includes(`\n\n${script}\n--${document.value.boundary}\n`));
    assert.match(text, /filename="unikorn-ssh-certificate-authority"/);
  });

  it("encodes what a mail parser would change", () => {
    const bytes = Buffer.from("#!/bin/sh\necho grüß dich\r\n");
    const text = merged(bytes);
    assert.match(text, /Content-Transfer-Encoding: base64/);
    assert(text.includes(bytes.toString("base64")));
  });

  it("keeps the parts of a multipart document and appends its own", () => {
    for (const newline of ["\n", "\r\n"]) {
      const document = [
        "X-First: 1",
        'Content-Type: multipart/mixed; boundary="b 1"',
        "",
        "preamble",
        "--b 1",
        "Content-Type: text/x-shellscript",
        "",
        "#!/bin/sh",
        "--b 1--",
        "epilogue",
      ].join(newline);
      const text = merged(Buffer.from(document));
      const closing = document.indexOf("--b 1--");
      assert(text.startsWith(document.slice(0, closing)));
      assert(text.endsWith(document.slice(closing)));
      const parsed = parseMimeMultipart(Buffer.from(text));
      assert(parsed?.ok);
      assert.equal(parsed.value.partCount, 2);
    }
  });

  it("refuses compressed data and what cloud-init would not take", () => {
    assert.equal(mergeSshAuthority(Buffer.from([0x1f, 0x8b, 8]), KEY).ok, false);
    assert.equal(mergeSshAuthority(Buffer.from("hello"), KEY).ok, false);
  });

  it("is stable, parses again, and never lets a key leave its string", () => {
    const payload = fc
      .uint8Array({ maxLength: 120 })
      .map((bytes) => Buffer.concat([Buffer.from("#!"), Buffer.from(bytes)]));
    const comment = anyText({ maxLength: 20 });
    fc.assert(
      fc.property(payload, comment, (bytes, words) => {
        const key = `${KEY} ${words}`;
        const first = merged(bytes, key);
        assert.equal(first, merged(bytes, key));
        const parsed = parseMimeMultipart(Buffer.from(first, "latin1"));
        assert(parsed?.ok);
        assert.equal(parsed.value.partCount, 2);
        const content = /\n {4}content: (".*")\n {2}- path/.exec(first)?.[1];
        assert.equal(JSON.parse(content ?? ""), `${key}\n`);
      }),
      { seed: 23, numRuns: 500 },
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { checkImageSource } from "./image-source.ts";

const ALLOWED = ["https://images.example.com/public", "file:///srv/images/"];

describe("checkImageSource", () => {
  for (const uri of [
    "https://images.example.com/public/a.qcow2",
    "HTTPS://IMAGES.example.com:443/public/./a.qcow2?x=1",
    "file:///srv/images/a.raw",
  ]) {
    it(`allows ${uri}`, () => assert.equal(checkImageSource(uri, ALLOWED).ok, true));
  }

  for (const uri of [
    "https://images.example.com/private/a",
    "https://images.example.com/public-not/a",
    "https://images.example.com/public/../private/a",
    "https://images.example.com/public/%2e%2e/private/a",
    "https://images.example.com/public/..%2fprivate/a",
    "https://images.example.com.evil.test/public/a",
    "https://images.example.com@evil.test/public/a",
    "https://user:password@images.example.com/public/a",
    "http://images.example.com/public/a",
    "file:///srv/images/../../etc/shadow",
    "file:///srv/images/..%2f..%2fetc/shadow",
    "file://host/srv/images/a",
    "ftp://images.example.com/public/a",
    "/srv/images/a",
    "",
  ]) {
    it(`refuses ${uri}`, () => assert.equal(checkImageSource(uri, ALLOWED).ok, false));
  }

  it("refuses everything when nothing is allowed", () => {
    assert.equal(checkImageSource("https://images.example.com/public/a", []).ok, false);
  });

  it("only ever answers a URL under an allowed prefix", () => {
    const piece = fc.constantFrom("..", "%2e", "%2f", "/", "\\", "a", "public", "@", "?", "#", ":");
    const uri = fc
      .array(piece, { maxLength: 12 })
      .map((pieces) => `https://images.example.com/public/${pieces.join("")}`);
    fc.assert(
      fc.property(uri, (text) => {
        const result = checkImageSource(text, ALLOWED);
        if (result.ok) assert.match(result.value, /^https:\/\/images\.example\.com\/public\//);
      }),
      { seed: 31, numRuns: 1_000 },
    );
  });
});

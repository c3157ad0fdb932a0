import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { answeredCookie, ntpRequest, parseNtpReply } from "./ntp-packet.ts";
import { ntpAnswer } from "./testing/ntp-server.ts";

const cookie = Buffer.from("0123456789abcdef", "hex");
const request = ntpRequest(cookie);

test("a request tells nothing but its cookie", () => {
  assert.equal(request.toString("hex"), `23${"00".repeat(39)}0123456789abcdef`);
});

test("an answer names its request and two times", () => {
  const answer = ntpAnswer(request, { seconds: 0xec12_a580, fraction: 0x8000_0000 });
  assert.deepEqual(answeredCookie(answer), cookie);
  // 2025-07-10T22:13:20.5Z
  const sentNs = (BigInt(0xec12_a580) - 2_208_988_800n) * 1_000_000_000n + 500_000_000n;
  assert.deepEqual(parseNtpReply(answer), { ok: true, value: { receivedNs: sentNs, sentNs } });
});

test("seconds behind 2036 belong to the next era", () => {
  const reply = parseNtpReply(ntpAnswer(request, { seconds: 0, fraction: 1 << 30 }));
  assert.ok(reply.ok);
  assert.equal(
    new Date(Number(reply.value.sentNs / 1_000_000n)).toISOString(),
    "2036-02-07T06:28:16.250Z",
  );
});

const refused: readonly (readonly [string, (answer: Buffer) => Buffer, RegExp])[] = [
  ["too short", (answer) => answer.subarray(0, 47), /too short/],
  ["our own request", () => request, /no server's answer/],
  ["a kiss of death", (answer) => patched(answer, 1, 0, "RATE"), /sends us away \(RATE\)/],
  ["a kiss of death that says nothing", (answer) => patched(answer, 1, 0), /no reason given/],
  ["an unsynchronized clock", (answer) => patched(answer, 0, 0xe4), /clock is not set/],
  ["a stratum that is none", (answer) => patched(answer, 1, 16), /clock is not set/],
  ["no time", (answer) => answer.fill(0, 40), /holds no time/],
];

for (const [name, change, error] of refused) {
  test(`${name} is no answer`, () => {
    const reply = parseNtpReply(change(ntpAnswer(request, { seconds: 1, fraction: 1 })));
    assert.ok(!reply.ok);
    assert.match(reply.error, error);
  });
}

test("no bytes make the parser throw", () => {
  const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array));
  const property = fc.property(bytes, (packet) => {
    parseNtpReply(packet);
    answeredCookie(packet);
  });
  fc.assert(property, { seed: 20261121, numRuns: 500 });
});

function patched(answer: Buffer, offset: number, value: number, referenceId = ""): Buffer {
  answer[offset] = value;
  answer.write(referenceId, 12, "latin1");
  return answer;
}

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseQmpMessage } from "./qmp-message.ts";

const GREETING =
  '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "Debian"}, "capabilities": ["oob"]}}';

const parsed = (line: string) => {
  const result = parseQmpMessage(line);
  assert.ok(result.ok, "it is refused");
  return result.value;
};

test("reads the four kinds of message", () => {
  assert.deepEqual(parsed(GREETING), { type: "greeting", version: "7.2.22" });
  assert.deepEqual(parsed('{"return": {"a": 1}, "id": 3}'), {
    type: "return",
    id: 3,
    value: { a: 1 },
  });
  assert.deepEqual(parsed('{"error": {"class": "GenericError", "desc": "no"}, "id": 4}'), {
    type: "error",
    id: 4,
    errorClass: "GenericError",
    description: "no",
  });
  assert.deepEqual(parsed('{"event": "STOP", "timestamp": {"seconds": 1, "microseconds": 2}}'), {
    type: "event",
    event: { name: "STOP", data: {} },
  });
});

test("a message without an id belongs to no command", () => {
  assert.deepEqual(parsed('{"return": {}}'), { type: "return", id: undefined, value: {} });
  assert.deepEqual(parsed('{"return": {}, "id": "3"}'), {
    type: "return",
    id: undefined,
    value: {},
  });
});

const REFUSED = [
  "",
  "{",
  "null",
  "[]",
  "{}",
  '{"QMP": null}',
  '{"QMP": {"version": {"qemu": {"major": "7", "minor": 2, "micro": 0}}}}',
  '{"event": 1}',
  '{"event": "STOP", "data": []}',
  '{"error": "no"}',
  '{"error": {"class": "GenericError"}}',
];

for (const line of REFUSED) {
  test(`refuses ${JSON.stringify(line)}`, () => {
    assert.equal(parseQmpMessage(line).ok, false);
  });
}

test("no line throws, whatever it holds", () => {
  const shapes = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .dictionary(fc.constantFrom("QMP", "return", "error", "event", "id", "data"), fc.jsonValue())
      .map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(shapes, (line) => {
      assert.equal(typeof parseQmpMessage(line).ok, "boolean");
    }),
    { seed: 20_260, numRuns: 2000 },
  );
});

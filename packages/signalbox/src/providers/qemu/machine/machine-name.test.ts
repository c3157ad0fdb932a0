import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "@signalbox/base";
import { machineDirectoryName, machineUuid, parseMachineDirectoryName } from "./machine-name.ts";

const ref = {
  id: "aaaaaaaa-0000-4000-8000-000000000001",
  incarnation: "bbbbbbbb-0000-4000-8000-000000000002",
};

test("a directory's name leads back to its machine", () => {
  assert.deepEqual(parseMachineDirectoryName(machineDirectoryName(ref)), ref);
  for (const name of ["", ".", "lost+found", ref.id, `${ref.id}-x`]) {
    assert.equal(parseMachineDirectoryName(name), undefined);
  }
});

test("an id that is no UUID never becomes a path", () => {
  for (const id of ["..", "a/b", "", ref.id.toUpperCase()]) {
    assert.throws(
      () => machineDirectoryName({ ...ref, id }),
      (e) => Problem.is(e, "unprocessable"),
    );
  }
});

test("two incarnations have two UUIDs, each always the same", () => {
  const other = { ...ref, incarnation: "bbbbbbbb-0000-4000-8000-000000000003" };
  assert.match(
    machineUuid(ref),
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assert.equal(machineUuid(ref), machineUuid({ ...ref }));
  assert.notEqual(machineUuid(ref), machineUuid(other));
});

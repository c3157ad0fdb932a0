import assert from "node:assert/strict";
import { test } from "node:test";
import { STATUS, status } from "@signalbox/grpc";
import { joinFailures } from "./hard-failures.ts";

test("one failure without a status", () => {
  assert.deepEqual(
    joinFailures([{ text: "E" }]),
    status(STATUS.UNKNOWN, "1 error occurred:\n\t* E\n\n"),
  );
});

test("several: the first status gives the code", () => {
  const failures = [
    { text: "E1" },
    { text: "E2", status: status(STATUS.NOT_FOUND, "x") },
    { text: "E3", status: status(STATUS.INTERNAL, "y") },
  ];
  const expected = "3 errors occurred:\n\t* E1\n\t* E2\n\t* E3\n\n";
  assert.deepEqual(joinFailures(failures), status(STATUS.NOT_FOUND, expected));
});

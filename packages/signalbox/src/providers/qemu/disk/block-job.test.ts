import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBlockJobs } from "./block-job.ts";

test("reads jobs and leaves out what is none", () => {
  assert.deepEqual(
    parseBlockJobs([
      { id: "a", status: "running", "current-progress": 25, "total-progress": 100 },
      { id: "b", status: "concluded", "current-progress": 0, "total-progress": 0, error: "full" },
      { id: 1, status: "running" },
      null,
    ]),
    [
      { id: "a", status: "running", percent: 25, error: undefined },
      { id: "b", status: "concluded", percent: 0, error: "full" },
    ],
  );
  assert.deepEqual(parseBlockJobs({ return: [] }), []);
});

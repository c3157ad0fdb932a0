import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Problem } from "@signalbox/base";
import { tempDirectory } from "../testing/temp-directory.ts";
import { LogClient } from "./log-client.ts";

const unavailable = (error: unknown): boolean => Problem.is(error, "store_unavailable");

describe("LogClient", () => {
  it("fails every call, open and to come, when its thread ends", async () => {
    await using directory = await tempDirectory();
    const client = new LogClient();
    await client.call("open", directory.path);
    // In this order the thread cannot have answered before it ends.
    const ended = client.terminate();
    await assert.rejects(client.call("history", 0, 10), unavailable);
    await ended;
    await assert.rejects(client.call("append", []), unavailable);
  });

  it("says what went wrong inside only to the log", async () => {
    const client = new LogClient();
    await assert.rejects(client.call("loadNext"), (error) => {
      assert.ok(Problem.is(error, "store_unavailable"));
      assert.doesNotMatch(error.message, /has not been opened/);
      assert.match(String(error.cause), /has not been opened/);
      return true;
    });
    await client.terminate();
  });
});

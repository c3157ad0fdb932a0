import { test } from "node:test";
import { checkGrpcRelay } from "./support/relay-example-check.ts";

test("examples/grpc-relay sends calls on to one machine or to many", (t) =>
  checkGrpcRelay(t, {
    file: "examples/grpc-relay/server.ts",
    flags: ["--conditions=source"],
    cwd: ".",
  }));

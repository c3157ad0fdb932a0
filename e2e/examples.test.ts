import { test } from "node:test";
import { checkXdsOnGrpcJs, checkXdsServer } from "./support/example-checks.ts";

const inTree = (example: string) => ({
  file: `examples/${example}/server.ts`,
  flags: ["--conditions=source"],
  cwd: ".",
});

test("examples/xds-server serves, and follows its input", (t) =>
  checkXdsServer(t, inTree("xds-server")));

test("examples/xds-on-grpc-js serves, and follows its input", (t) =>
  checkXdsOnGrpcJs(t, inTree("xds-on-grpc-js")));

import { test } from "node:test";
import { checkOpsInNodeHttp } from "./support/ops-example-check.ts";

test("examples/ops-in-node-http tells of itself, and stops when told to", (t) =>
  checkOpsInNodeHttp(t, {
    file: "examples/ops-in-node-http/server.ts",
    flags: ["--conditions=source"],
    cwd: ".",
  }));

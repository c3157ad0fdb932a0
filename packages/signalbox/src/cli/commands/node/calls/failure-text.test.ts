import assert from "node:assert/strict";
import { test } from "node:test";
import { failureText } from "./failure-text.ts";

const paths = ["/machine.MachineService/Version"];
const REFUSED = 'connection error: desc = "connect ECONNREFUSED 127.0.0.1:1\n"';

test("a refusal says which role would do", () => {
  assert.equal(
    failureText("not authorized", { paths }),
    "not authorized; the role os:reader would do",
  );
});

test("whether the machine or the node API cannot be reached is told", () => {
  assert.match(
    failureText(REFUSED, { paths }),
    /^the agent of this machine cannot be reached \(connect ECONNREFUSED 127\.0\.0\.1:1\); .*try again$/,
  );
  assert.match(
    failureText(REFUSED, { paths, unreached: "127.0.0.1:1" }),
    /^the node API at 127\.0\.0\.1:1 cannot be reached \(connect ECONNREFUSED/,
  );
});

test("who calls machines too early is told when they come", () => {
  for (const text of ['no machine "x" has enrolled', 'no machine is selected by "all"']) {
    assert.match(failureText(text, { paths }), /; an agent enrols within half a minute/);
  }
});

test("other texts are left as they are", () => {
  const text = "the node did not answer before the deadline";
  assert.equal(failureText(text, { paths }), text);
});

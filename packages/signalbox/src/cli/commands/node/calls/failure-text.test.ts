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

test("other texts are left as they are", () => {
  assert.equal(
    failureText('no machine "x" has enrolled', { paths }),
    'no machine "x" has enrolled',
  );
});

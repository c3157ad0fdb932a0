import assert from "node:assert/strict";
import { test } from "node:test";
import { NODE_ROLES } from "./node-role.ts";
import { NodeRoles } from "./node-roles.ts";

const cases = [
  { name: "nothing", texts: [], names: [], unknown: [] },
  { name: "empty and blank texts", texts: ["", "  ", "\t"], names: [], unknown: [] },
  { name: "one role", texts: ["os:admin"], names: ["os:admin"], unknown: [] },
  { name: "spaces around", texts: [" os:reader\n"], names: ["os:reader"], unknown: [] },
  {
    name: "the same role twice, out of order",
    texts: ["os:reader", "os:admin", "os:reader"],
    names: ["os:admin", "os:reader"],
    unknown: [],
  },
  {
    name: "unknown roles, which are kept",
    texts: ["os:root", "os:reader", "os:Admin"],
    names: ["os:Admin", "os:reader", "os:root"],
    unknown: ["os:Admin", "os:root"],
  },
  { name: "all roles", texts: NODE_ROLES, names: [...NODE_ROLES].sort(), unknown: [] },
];

for (const { name, texts, names, unknown } of cases) {
  test(`roles of ${name}`, () => {
    const roles = NodeRoles.parse(texts);
    assert.deepEqual(roles.names, names);
    assert.deepEqual(roles.unknown, unknown);
    assert.equal(roles.isEmpty, names.length === 0);
  });
}

test("sets meet when they share a role", () => {
  const roles = NodeRoles.parse(["os:reader", "os:operator"]);
  assert.equal(roles.includesAny(["os:admin", "os:operator"]), true);
  assert.equal(roles.includesAny(["os:admin"]), false);
  assert.equal(roles.includesAny([]), false);
  assert.equal(NodeRoles.none.includesAny(NODE_ROLES), false);
  assert.equal(roles.has("os:reader"), true);
  assert.equal(roles.has("os:admin"), false);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "@signalbox/base";
import { BUILTIN_ROLES } from "./builtin-roles.ts";
import { REGION_OPERATIONS } from "../region/operations.ts";
import { NODES_OPERATIONS } from "../nodes/operations.ts";
import { XDS_OPERATIONS } from "../xds/operations.ts";
import { createRoleCatalogue } from "./role-catalogue.ts";

const grantsOf = (name: string): readonly string[] => {
  const role = BUILTIN_ROLES.get(name);
  assert.ok(role, name);
  return [...role.global, ...role.organization, ...role.project];
};

test("readers read and do nothing else", () => {
  for (const name of ["platform-reader", "auditor", "reader"]) {
    const others = grantsOf(name).filter((grant) => !grant.endsWith(":read"));
    assert.deepEqual(others, [], name);
  }
});

test("tenants use their servers, a verb at a time", () => {
  for (const verb of ["create", "power", "console", "credentials", "snapshot"]) {
    assert.ok(BUILTIN_ROLES.get("user")?.project.includes(`region:servers:${verb}`), verb);
    assert.ok(BUILTIN_ROLES.get("administrator")?.organization.includes(`region:servers:${verb}`));
  }
});

test("the platform administrator holds whatever any other role holds", () => {
  const all = new Set(BUILTIN_ROLES.get("platform-administrator")?.global);
  for (const name of BUILTIN_ROLES.keys()) {
    for (const grant of grantsOf(name)) assert.ok(all.has(grant), `${name}: ${grant}`);
  }
});

test("an operator's role stands beside the built-in ones, and cannot replace one", () => {
  const roles = createRoleCatalogue([{ name: "operator", project: ["region:servers:power"] }]);
  assert.deepEqual(roles.get("operator")?.global, []);
  assert.throws(
    () => createRoleCatalogue([{ name: "user", global: ["region:servers:read"] }]),
    (error) => Problem.is(error, "config_invalid"),
  );
});

test("roles grant what operations ask for, no more and no less", () => {
  const asked = new Set(
    [...REGION_OPERATIONS, ...XDS_OPERATIONS, ...NODES_OPERATIONS].flatMap(
      ({ permission, readPermission }) =>
        [permission, readPermission].flatMap((wanted) =>
          typeof wanted === "object" ? [`${wanted.endpoint}:${wanted.verb}`] : [],
        ),
    ),
  );
  const granted = new Set([...BUILTIN_ROLES.keys()].flatMap(grantsOf));
  assert.deepEqual([...asked.difference(granted)], [], "asked for, but no role grants it");
  assert.deepEqual([...granted.difference(asked)], [], "granted, but no operation asks for it");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { type CertificateIdentity, Metadata } from "@signalbox/grpc";
import { callerRoles } from "./caller-roles.ts";

const cases = [
  { name: "a certificate's own roles", o: ["os:reader"], lent: [], roles: ["os:reader"] },
  { name: "several", o: ["os:reader", "os:admin"], lent: [], roles: ["os:admin", "os:reader"] },
  { name: "a forged role is ignored", o: ["os:reader"], lent: ["os:admin"], roles: ["os:reader"] },
  { name: "a forged role without own ones", o: [], lent: ["os:admin"], roles: [] },
  {
    name: "an impersonator speaks for others",
    o: ["os:impersonator"],
    lent: ["os:reader", "os:operator"],
    roles: ["os:operator", "os:reader"],
  },
  {
    name: "an impersonator's other roles do not add to those lent",
    o: ["os:impersonator", "os:admin"],
    lent: ["os:reader"],
    roles: ["os:reader"],
  },
  {
    name: "an impersonator for nobody",
    o: ["os:impersonator"],
    lent: [],
    roles: ["os:impersonator"],
  },
  {
    name: "an impersonator for an empty name",
    o: ["os:impersonator"],
    lent: [" "],
    roles: ["os:impersonator"],
  },
];

for (const { name, o, lent, roles } of cases) {
  test(name, () => {
    const metadata = Metadata.of(lent.map((role) => ["talos-role", role]));
    assert.deepEqual(callerRoles(peer(o, true), metadata).names, roles);
    assert.deepEqual(callerRoles(peer(o, false), metadata).names, [], "not verified");
  });
}

test("a peer without a certificate has no roles", () => {
  const metadata = Metadata.of([["talos-role", "os:admin"]]);
  const bare = { isAuthorized: true, certificate: undefined };
  assert.equal(callerRoles(bare, metadata).isEmpty, true);
});

function peer(organizations: readonly string[], isAuthorized: boolean) {
  const certificate = { organizations } as unknown as CertificateIdentity;
  return { isAuthorized, certificate };
}

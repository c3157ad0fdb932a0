import assert from "node:assert/strict";
import { test } from "node:test";
import { projectScopes, projectUri } from "./project-uri.ts";

const PROJECT = { organizationId: "o", projectId: "p" };

test("what was written is read", () => {
  assert.equal(projectUri(PROJECT), "signalbox://project/o/p");
  const other = { organizationId: "o", projectId: "q" };
  assert.deepEqual(projectScopes([projectUri(PROJECT), projectUri(other)]), [PROJECT, other]);
});

test("names of others bind to nothing", () => {
  for (const uris of [[], ["spiffe://cluster/ns/x"], ["https://signalbox:1/project/o/p"]]) {
    assert.equal(projectScopes(uris), undefined);
  }
});

const UNREADABLE = [
  "signalbox:",
  "signalbox://project/",
  "signalbox://project/o",
  "signalbox://project/o/p/",
  "signalbox://project/o/p?all",
  "signalbox://project//p",
  "signalbox://organization/o",
  "SIGNALBOX://project/o/p",
  "signalbox:project/o/p",
];

for (const uri of UNREADABLE) {
  test(`a name of ours that says nothing binds to no machine: ${uri}`, () => {
    assert.deepEqual(projectScopes([uri]), []);
    assert.deepEqual(projectScopes([uri, projectUri(PROJECT)]), [PROJECT]);
  });
}

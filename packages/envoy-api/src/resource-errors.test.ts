import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  DeltaDiscoveryResponseSchema,
  DiscoveryResponseSchema,
  ResourceNameSchema,
} from "#gen/envoy/service/discovery/v3/discovery_pb.js";
import { StatusSchema } from "#gen/google/rpc/status_pb.js";
import { resourceErrorsOf, withResourceErrors } from "./resource-errors.ts";

const missing = {
  resourceName: create(ResourceNameSchema, { name: "a" }),
  errorDetail: create(StatusSchema, { code: 5 }),
};
const broken = {
  resourceName: create(ResourceNameSchema, { name: "b" }),
  errorDetail: create(StatusSchema, { code: 13, message: "no" }),
};

test("a state-of-the-world response has its errors in field 7 (xds §1.2)", () => {
  const response = withResourceErrors(create(DiscoveryResponseSchema, { versionInfo: "1" }), [
    missing,
  ]);
  assert.equal(
    Buffer.from(toBinary(DiscoveryResponseSchema, response)).toString("hex"),
    // version_info "1"; errors: resource_name {name "a"}, error_detail {code 5}
    "0a0131 3a09 0a03 0a0161 1202 0805".replaceAll(" ", ""),
  );
});

test("an incremental response has them in field 9", () => {
  const response = withResourceErrors(create(DeltaDiscoveryResponseSchema), [missing]);
  assert.equal(
    Buffer.from(toBinary(DeltaDiscoveryResponseSchema, response)).toString("hex"),
    "4a09 0a03 0a0161 1202 0805".replaceAll(" ", ""),
  );
});

for (const schema of [DiscoveryResponseSchema, DeltaDiscoveryResponseSchema]) {
  test(`errors of a ${schema.name} come back as they went`, () => {
    const sent = withResourceErrors(create(schema, { nonce: "1" }), [missing, broken]);
    const received = fromBinary(schema, toBinary(schema, sent));
    assert.deepEqual(resourceErrorsOf(received), [missing, broken]);
    assert.equal(received.nonce, "1");
    assert.deepEqual(resourceErrorsOf(withResourceErrors(received, [broken])), [broken]);
    assert.deepEqual(resourceErrorsOf(create(schema)), []);
  });
}

test("the response that was given stays without errors", () => {
  const response = create(DiscoveryResponseSchema);
  withResourceErrors(response, [missing]);
  assert.deepEqual(resourceErrorsOf(response), []);
});

test("parts may be absent, and fields that are not known are passed over", () => {
  const bytes = Buffer.from("3a003a031a0161", "hex");
  const none = { resourceName: undefined, errorDetail: undefined };
  assert.deepEqual(resourceErrorsOf(fromBinary(DiscoveryResponseSchema, bytes)), [none, none]);
});

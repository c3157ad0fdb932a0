import assert from "node:assert/strict";
import { test } from "node:test";
import { toBinary } from "@bufbuild/protobuf";
import {
  ImageService,
  type ImageServiceListResponse,
  ImageServiceListResponseSchema,
} from "#gen/machine/node_only_pb.js";
import { type Fields, nodes } from "./testing/js-node-client.ts";
import { NodeRig } from "./testing/node-rig.ts";

test("replies of a stream that knows nothing of machines are wrapped one by one", async (t) => {
  const rig = await NodeRig.use(t);
  await rig.addAgent({ id: "a0000000-0000-4000-8000-000000000001", name: "a" });
  const client = await rig.clientFor({ roles: ["os:reader"] });
  const fields: Fields = [...nodes("b", "a"), ["node-envelope", "wrap"], ["node-status", "1"]];
  const stream = client.stream(ImageService.method.list, fields);
  const messages: string[] = [];
  stream.on("data", (message: ImageServiceListResponse) => {
    const bytes = toBinary(ImageServiceListResponseSchema, message);
    messages.push(Buffer.from(bytes).toString("hex"));
  });
  const { promise, resolve } = Promise.withResolvers<readonly [number, unknown]>();
  stream.on("status", ({ code, metadata }) => resolve([code, metadata.get("node-status")]));
  assert.deepEqual(await promise, [0, ["b 5, a 12"]]);
  // NodeReply { node: "b", status: { NOT_FOUND, … } }, and then that of "a", which has no such service.
  const [missing = "", unimplemented = "", ...others] = messages;
  assert.match(missing, /^0a01621a..0805/);
  assert.match(unimplemented, /^0a01611a..080c/);
  assert.deepEqual(others, []);
});

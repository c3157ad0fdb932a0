import assert from "node:assert/strict";
import { test } from "node:test";
import { Echo } from "#gen/signalbox/testing/v1/echo_pb.js";
import { Router } from "../server/router.ts";
import { serviceOf } from "./service-of.ts";

test("methods are named as on the wire, and only those that have a function", () => {
  const service = serviceOf(Echo, { unary: ({ text }) => ({ text }) });
  assert.equal(service.name, "signalbox.testing.v1.Echo");
  assert.deepEqual(Object.keys(service.methods), ["Unary"]);
});

test("the compiler knows each method's kind and messages", () => {
  // @ts-expect-error a response has no such field
  serviceOf(Echo, { unary: () => ({ words: "x" }) });
  // @ts-expect-error a stream of responses is an iterable
  serviceOf(Echo, { serverStream: () => ({ text: "x" }) });
  // @ts-expect-error one request is no stream
  serviceOf(Echo, { unary: (request) => request[Symbol.asyncIterator]() });
  // @ts-expect-error there is no such method
  const { methods } = serviceOf(Echo, { shout: () => ({}) });
  assert.deepEqual(methods, {});
});

test("two services of one name are refused", () => {
  const service = serviceOf(Echo, {});
  assert.throws(() => new Router({ services: [service, service] }), /twice/);
});

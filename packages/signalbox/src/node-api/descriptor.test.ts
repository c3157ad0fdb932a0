// The .proto files, as the FileDescriptorSet that is made of them, against the contract's tables.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  createFileRegistry,
  type DescField,
  type DescMessage,
  type DescMethod,
  fromBinary,
  ScalarType,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { hasEnvelope } from "./method-facts.ts";
import { nodeServices } from "./node-services.ts";
import {
  CONTRACT_ENUMS,
  CONTRACT_MESSAGES,
  CONTRACT_SERVICES,
  CONTRACT_SHAPES,
} from "./testing/contract.ts";

const set = fromBinary(
  FileDescriptorSetSchema,
  readFileSync(new URL("../../gen/descriptors.binpb", import.meta.url)),
);
const registry = createFileRegistry(set);
const messages = new Map(rows(CONTRACT_MESSAGES));
const services = Array.from(registry).filter(
  (type) => type.kind === "service" && !type.typeName.startsWith("signalbox."),
);

for (const [name, text] of messages) {
  test(`${name} has the contract's fields`, () => {
    const message = registry.getMessage(name);
    assert.ok(message);
    assert.deepEqual(message.fields.map(fieldText), text.split(", "));
  });
}

for (const [name, text] of rows(CONTRACT_ENUMS)) {
  test(`${name} has the contract's values`, () => {
    const values = registry.getEnum(name)?.values ?? [];
    assert.deepEqual(
      values.map((value) => `${value.name} ${value.number}`),
      text.split(", "),
    );
  });
}

for (const [name, text] of rows(CONTRACT_SERVICES)) {
  test(`${name} has the contract's methods`, () => {
    const methods = registry.getService(name)?.methods ?? [];
    assert.deepEqual(methods.map(methodText).sort(), text.split(" ").sort());
  });
}

for (const [service, text] of rows(CONTRACT_SHAPES)) {
  test(`methods of ${service} take and give what the contract says`, () => {
    for (const [name, request, response] of text.split(", ").map((shape) => shape.split(" "))) {
      const method = registry.getService(service)?.methods.find((other) => other.name === name);
      assert.ok(method);
      assert.equal(method.input.typeName.replace("google.protobuf.Empty", "-"), request);
      assert.equal(elementOf(method).typeName, response);
    }
  });
}

test("there are no services besides those of the contract", () => {
  const names = rows(CONTRACT_SERVICES).map(([name]) => name);
  assert.deepEqual(services.map(({ typeName }) => typeName).sort(), names.sort());
  assert.deepEqual(nodeServices.map(({ typeName }) => typeName).sort(), names.sort());
});

test("messages that the contract does not list hold nothing but what the envelope asks for", () => {
  for (const type of registry) {
    if (type.kind !== "message" || messages.has(type.typeName)) continue;
    if (/^(signalbox|google)\./.test(type.typeName)) continue;
    const fields = type.fields.map(fieldText).join();
    const isAllowed =
      fields === "" || /^1 (metadata common\.Metadata|messages \S+\[\])$/.test(fields);
    assert.ok(isAllowed, `${type.typeName}: ${fields}`);
  }
});

test("every message of the services that may be asked of many carries the envelope", () => {
  const asked = services.filter(({ typeName }) => hasEnvelope(`/${typeName}/`));
  for (const method of asked.flatMap((service) =>
    service.kind === "service" ? service.methods : [],
  )) {
    if (method.methodKind === "unary" || method.methodKind === "client_streaming") {
      assert.match(method.output.fields.map(fieldText).join(), /^1 messages \S+\[\]$/, method.name);
    }
    const [first] = elementOf(method).fields;
    assert.ok(first);
    assert.equal(fieldText(first), "1 metadata common.Metadata", method.name);
  }
});

test("every file is proto3, so that repeated numbers are packed", () => {
  assert.deepEqual(
    set.file.filter(({ syntax }) => syntax !== "proto3").map(({ name }) => name),
    [],
  );
});

/** `name: text` a line. */
function rows(table: string): (readonly [name: string, text: string])[] {
  const lines = table.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const at = line.indexOf(": ");
    return [line.slice(0, at), line.slice(at + 2)];
  });
}

function fieldText(field: DescField): string {
  const repeated = field.fieldKind === "list" ? "[]" : "";
  return `${field.number} ${field.name} ${typeText(field)}${repeated}`;
}

const SCALARS: ReadonlyMap<ScalarType | undefined, string> = new Map([
  [ScalarType.STRING, "s"],
  [ScalarType.UINT64, "u"],
  [ScalarType.UINT32, "u32"],
  [ScalarType.INT64, "i"],
  [ScalarType.INT32, "i32"],
  [ScalarType.DOUBLE, "d"],
  [ScalarType.BOOL, "b"],
  [ScalarType.BYTES, "y"],
]);

function typeText(field: DescField): string {
  const type = field.message ?? field.enum;
  if (type === undefined) return SCALARS.get(field.scalar) ?? "?";
  return type.typeName === "google.protobuf.Timestamp" ? "T" : type.typeName;
}

const MARKS = { unary: "", server_streaming: ">", client_streaming: "<", bidi_streaming: "=" };

function methodText(method: DescMethod): string {
  return method.name + MARKS[method.methodKind];
}

/** What a machine answers: the message streamed, or the one that `messages` repeats. */
function elementOf(method: DescMethod): DescMessage {
  const [messagesField] = method.output.fields;
  const isWrapped = messagesField?.name === "messages";
  return isWrapped && messagesField.message !== undefined ? messagesField.message : method.output;
}

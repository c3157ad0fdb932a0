import assert from "node:assert/strict";
import { test } from "node:test";
import { Script } from "node:vm";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Type } from "typebox";
import { defineOperation } from "../operation.ts";
import { EXAMPLE_OPERATIONS, type Notes, startExample } from "../testing/example-service.ts";
import { createOpenApiDocument, type OpenApiDocument } from "./openapi-document.ts";

const document = { title: "Example", version: "1.2.3" };

async function served(): Promise<OpenApiDocument> {
  const { server } = startExample({ document });
  const answer = await server.inject({ url: "/openapi.json" });
  await server.close();
  assert.equal(answer.headers["content-type"], "application/json");
  return answer.json<OpenApiDocument>();
}

test("the document is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  const result = await validator.validate((await served()) as unknown as Record<string, unknown>);
  assert.deepEqual(result, { valid: true });
  assert.equal(validator.version, "3.1");
});

test("the validator would notice a fault", async () => {
  const broken = { ...(await served()), info: { title: 7 } };
  assert.equal((await new Validator().validate(broken)).valid, false);
});

test("every operation is in it, with permission, statuses and security", async () => {
  const { paths } = await served();
  for (const { id, method, path, permission } of EXAMPLE_OPERATIONS) {
    const operation = paths[path]?.[method.toLowerCase()];
    assert.equal(operation?.["operationId"], id);
    assert.deepEqual(operation?.["x-permission"], permission);
  }
  const create = paths["/api/v2/notes"]?.["post"];
  const statuses = [
    "201",
    "400",
    "401",
    "403",
    "404",
    "408",
    "409",
    "413",
    "414",
    "415",
    "429",
    "500",
    "503",
  ];
  assert.deepEqual(Object.keys(create?.["responses"] as object), statuses);
  assert.deepEqual(paths["/api/version"]?.["get"]?.["security"], []);
  assert.ok(paths["/docs"] !== undefined);
});

test("titled schemas are written once", () => {
  const Thing = Type.Object({ name: Type.String() }, { title: "Thing" });
  const operation = (id: string, schema: typeof Thing) =>
    defineOperation({
      id,
      method: "GET",
      path: `/${id}`,
      summary: "",
      tag: "things",
      permission: "open",
      responses: { 200: { description: "", schema: Type.Array(schema) } },
      handler: (_request, _notes: Notes) => ({ status: 200, body: [] }),
    });
  const made = createOpenApiDocument([operation("a", Thing), operation("b", Thing)], document);
  const text = JSON.stringify(made.paths);
  assert.equal(text.match(/"#\/components\/schemas\/Thing"/g)?.length, 2);
  const Other = Type.Object({ name: Type.Integer() }, { title: "Thing" });
  const clashing = [operation("a", Thing), operation("b", Other as never)];
  assert.throws(() => createOpenApiDocument(clashing, document), /title Thing/);
  assert.throws(
    () => createOpenApiDocument([operation("a", Thing), operation("a", Thing)], document),
    /id a/,
  );
});

test("the page needs nothing from elsewhere", async () => {
  const { server } = startExample({ document });
  for (const url of ["/docs", "/docs/docs.js", "/docs/docs.css"]) {
    const answer = await server.inject({ url });
    assert.equal(answer.statusCode, 200);
    assert.doesNotMatch(answer.body, /https?:\/\/|innerHTML|eval\(/);
    const policy = String(answer.headers["content-security-policy"]);
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
  }
  const script = await server.inject({ url: "/docs/docs.js" });
  assert.doesNotThrow(() => new Script(script.body));
  const page = await server.inject({ url: "/docs" });
  assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
  assert.doesNotMatch(page.body, /<script>|style=|onclick/);
  await server.close();
});

test("the root leads to the page", async () => {
  const { server } = startExample({ document });
  const answer = await server.inject({ url: "/" });
  assert.equal(answer.statusCode, 302);
  assert.equal(new URL(String(answer.headers["location"]), "http://host/").pathname, "/docs");
  await server.close();
});

test("without a name, neither is served", async () => {
  const { server } = startExample();
  assert.equal((await server.inject({ url: "/openapi.json" })).statusCode, 404);
  await server.close();
});

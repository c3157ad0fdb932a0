import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import {
  ServerReflection,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from "#gen/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionAlpha } from "#gen/grpc/reflection/v1alpha/reflection_pb.js";
import { Health } from "../health/health.ts";
import { Router } from "../server/router.ts";
import { echoService } from "../testing/echo-service.ts";
import { useServer } from "../testing/use-server.ts";
import { reflectionOf } from "./reflection.ts";

type Question = ServerReflectionRequest["messageRequest"];
type Answer = ServerReflectionResponse["messageResponse"];

async function ask(
  client: Client<typeof ServerReflection>,
  ...questions: Question[]
): Promise<Answer[]> {
  async function* requests(): AsyncGenerator<{ messageRequest: Question }> {
    for (const messageRequest of questions) yield { messageRequest };
  }
  const answers: Answer[] = [];
  for await (const reply of client.serverReflectionInfo(requests())) {
    answers.push(reply.messageResponse);
  }
  return answers;
}

function fileNames(answer: Answer | undefined): string[] {
  assert.equal(answer?.case, "fileDescriptorResponse");
  return answer.value.fileDescriptorProto.map(
    (bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name,
  );
}

test("every question of the contract", async (t) => {
  const services = [echoService, new Health().service];
  const router = new Router({ services: [...services, ...reflectionOf(services)] });
  const { address } = await useServer(t, { router });
  const baseUrl = `http://${address}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  t.after(() => sessionManager.abort());
  const transport = createGrpcTransport({ baseUrl, sessionManager });
  const client = createClient(ServerReflection, transport);

  const [list, path, message, method, field, none, extension, numbers] = await ask(
    client,
    { case: "listServices", value: "*" },
    { case: "fileByFilename", value: "grpc/health/v1/health.proto" },
    { case: "fileContainingSymbol", value: "signalbox.testing.v1.EchoRequest" },
    { case: "fileContainingSymbol", value: "grpc.health.v1.Health.Check" },
    { case: "fileContainingSymbol", value: "grpc.health.v1.HealthCheckRequest.service" },
    { case: "fileContainingSymbol", value: "no.such.Thing" },
    {
      case: "fileContainingExtension",
      value: {
        $typeName: "grpc.reflection.v1.ExtensionRequest",
        containingType: "a.B",
        extensionNumber: 1,
      },
    },
    { case: "allExtensionNumbersOfType", value: "grpc.health.v1.HealthCheckRequest" },
  );
  assert.equal(list?.case, "listServicesResponse");
  assert.deepEqual(
    list.value.service.map(({ name }) => name),
    [
      "signalbox.testing.v1.Echo",
      "grpc.health.v1.Health",
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection",
    ],
  );
  assert.deepEqual(fileNames(path), ["grpc/health/v1/health.proto"]);
  assert.deepEqual(fileNames(message), ["signalbox/testing/v1/echo.proto"]);
  assert.deepEqual(fileNames(method), ["grpc/health/v1/health.proto"]);
  assert.deepEqual(fileNames(field), ["grpc/health/v1/health.proto"]);
  for (const missing of [none, extension]) {
    assert.equal(missing?.case, "errorResponse");
    assert.equal(missing.value.errorCode, 5);
  }
  assert.equal(numbers?.case, "allExtensionNumbersResponse");
  assert.deepEqual(numbers.value.extensionNumber, []);
});

test("the older version answers too", async (t) => {
  const router = new Router({ services: reflectionOf([echoService]) });
  const { address } = await useServer(t, { router });
  const baseUrl = `http://${address}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  t.after(() => sessionManager.abort());
  const transport = createGrpcTransport({ baseUrl, sessionManager });
  async function* requests(): AsyncGenerator<{
    messageRequest: { case: "listServices"; value: string };
  }> {
    yield { messageRequest: { case: "listServices", value: "" } };
  }
  const replies = await Array.fromAsync(
    createClient(ServerReflectionAlpha, transport).serverReflectionInfo(requests()),
  );
  const [reply] = replies;
  assert.equal(reply?.messageResponse.case, "listServicesResponse");
  assert.equal(reply.messageResponse.value.service.length, 3);
});

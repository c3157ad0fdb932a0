import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Result } from "@signalbox/base";
import type {
  ServerReflectionRequest,
  ServerReflectionResponseSchema,
} from "#gen/grpc/reflection/v1/reflection_pb.js";
import { STATUS } from "../status.ts";
import type { SchemaIndex } from "./schema-index.ts";

type Answer = NonNullable<
  MessageInitShape<typeof ServerReflectionResponseSchema>["messageResponse"]
>;

/** Answers one question about the schemas. What is unknown is an answer, not the end of the call. */
export function answerReflection(
  index: SchemaIndex,
  { messageRequest: asked }: Pick<ServerReflectionRequest, "messageRequest">,
): Answer {
  switch (asked.case) {
    case "listServices":
      return services(index);
    case "fileByFilename":
      return files(index.byPath(asked.value));
    case "fileContainingSymbol":
      return files(index.bySymbol(asked.value));
    case "fileContainingExtension":
      return files(index.byExtension(asked.value.containingType, asked.value.extensionNumber));
    case "allExtensionNumbersOfType":
      return extensions(asked.value, index.extensionsOf(asked.value));
    case undefined:
      return refusal(STATUS.INVALID_ARGUMENT, "a request asks for nothing");
  }
}

function services(index: SchemaIndex): Answer {
  const service = index.services.map((name) => ({ name }));
  return { case: "listServicesResponse", value: { service } };
}

function files(found: Result<readonly Uint8Array[]>): Answer {
  if (!found.ok) return refusal(STATUS.NOT_FOUND, found.error);
  const value = { fileDescriptorProto: [...found.value] };
  return { case: "fileDescriptorResponse", value };
}

function extensions(type: string, found: Result<readonly number[]>): Answer {
  if (!found.ok) return refusal(STATUS.NOT_FOUND, found.error);
  const value = { baseTypeName: type, extensionNumber: [...found.value] };
  return { case: "allExtensionNumbersResponse", value };
}

function refusal(errorCode: number, errorMessage: string): Answer {
  return { case: "errorResponse", value: { errorCode, errorMessage } };
}

import { ServerReflection } from "#gen/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionAlpha } from "#gen/grpc/reflection/v1alpha/reflection_pb.js";
import type { RawService } from "../server/router.ts";
import { serviceOf, type TypedService } from "../service/service-of.ts";
import { answerReflection } from "./answer-reflection.ts";
import { SchemaIndex } from "./schema-index.ts";

/**
 * Lets clients such as `grpcurl` ask for the schemas of `services`: `grpc.reflection.v1`, and
 * `v1alpha`, which older clients speak and whose messages are the same. Services without a
 * descriptor are not shown.
 *
 * @example
 * ```ts
 * const services = [greeter, health.service];
 * const router = new Router({ services: [...services, ...reflectionOf(services)] });
 * ```
 */
export function reflectionOf(services: Iterable<RawService>): readonly TypedService[] {
  const shown = Array.from(services).flatMap(({ descriptor }) => descriptor ?? []);
  const index = new SchemaIndex([...shown, ServerReflection, ServerReflectionAlpha]);
  const service = serviceOf(ServerReflection, {
    async *serverReflectionInfo(requests) {
      for await (const request of requests) {
        const messageResponse = answerReflection(index, request);
        yield { validHost: request.host, originalRequest: request, messageResponse };
      }
    },
  });
  // The older version has another name and the same bytes.
  const { typeName: name } = ServerReflectionAlpha;
  return [service, { ...service, name, descriptor: ServerReflectionAlpha }];
}

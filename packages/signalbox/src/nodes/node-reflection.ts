import { type Health, type RawService, reflectionOf } from "@signalbox/grpc";
import { Explain } from "#gen/signalbox/node/v1/explain_pb.js";
import { nodeServices } from "../node-api/node-services.ts";

/**
 * Server reflection over what may be called through the daemon: its own services, and those of
 * machines.
 *
 * @param name of the version of reflection that is wanted
 * @throws when there is no such version
 */
export function nodeReflection(name: string, health: Health): RawService {
  const schemas = [...nodeServices, Explain].map((descriptor) => ({
    name: descriptor.typeName,
    methods: {},
    descriptor,
  }));
  const found = reflectionOf([...schemas, health.service]).find((service) => service.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescService } from "@bufbuild/protobuf";
import { hasEnvelope, isStreamed } from "./method-facts.ts";
import { nodeServices } from "./node-services.ts";

test("the services that may be asked of many machines, and no others", () => {
  const asked = nodeServices.filter((service) => hasEnvelope(`/${service.typeName}/X`));
  assert.deepEqual(asked.map(({ typeName }) => typeName).sort(), [
    "cluster.ClusterService",
    "inspect.InspectService",
    "machine.MachineService",
    "storage.StorageService",
    "time.TimeService",
  ]);
  for (const path of ["/cosi.resource.State/Get", "/machine.MachineService", "/machine/X", ""]) {
    assert.equal(hasEnvelope(path), false, path);
  }
});

test("the list of streamed methods agrees with the schemas", () => {
  for (const path of nodeServices.flatMap(streams)) assert.equal(isStreamed(path), true, path);
  for (const path of nodeServices.flatMap(unaries)) assert.equal(isStreamed(path), false, path);
});

test("names outside the schemas", () => {
  for (const path of [
    "/a.B/WatchStream",
    "/os.OSService/Dmesg",
    "/cosi.resource.State/Watch",
    "/machine.MachineService/DebugContainer",
  ]) {
    assert.equal(isStreamed(path), true, path);
  }
  for (const path of [
    "/a.B/Stream2",
    "/a.B/getStreamItem",
    "/machine.MachineService/Readlink",
    "/machine_MachineService/Read",
    "/a/machine.MachineService/Read",
  ]) {
    assert.equal(isStreamed(path), false, path);
  }
});

function streams(service: DescService): readonly string[] {
  return paths(service, (kind) => kind === "server_streaming" || kind === "bidi_streaming");
}

function unaries(service: DescService): readonly string[] {
  return paths(service, (kind) => kind === "unary" || kind === "client_streaming");
}

function paths(service: DescService, wanted: (kind: string) => boolean): readonly string[] {
  return service.methods
    .filter(({ methodKind }) => wanted(methodKind))
    .map(({ name }) => `/${service.typeName}/${name}`);
}

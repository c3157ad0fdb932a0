import assert from "node:assert/strict";
import type { Image } from "../../model/image.ts";
import type { ProjectMetadata } from "../../model/metadata.ts";
import type { Network } from "../../model/network.ts";
import type { Region } from "../../model/region.ts";
import type { SecurityGroup } from "../../model/security-group.ts";
import type { Server, ServerSpec, ServerStatus } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import { SIMULATED_FLAVORS, SIMULATED_IMAGES } from "../../providers/simulated/catalogue.ts";

// Stored resources as the API writes them, with the few fields that a test is about.

/** When everything in the tests begins. */
export const START_MS = Date.UTC(2026, 0, 1);
export const START = new Date(START_MS).toISOString();

export const REGION_ID = "aaaaaaaa-0000-4000-8000-000000000001";
export const NETWORK_ID = "aaaabbbb-1234-5678-9abc-def012345678";
export const SERVER_ID = "a573675a-1350-5a09-a5f7-dc8e8ffb16b0";
export const IMAGE_ID = idOf(SIMULATED_IMAGES[0]);
export const OTHER_IMAGE_ID = idOf(SIMULATED_IMAGES[1]);
export const FLAVOR_ID = idOf(SIMULATED_FLAVORS[0]);

export function region(overrides: Partial<Region> = {}): Region {
  return {
    id: REGION_ID,
    name: "simulated",
    type: "simulated",
    createdAt: START,
    flavors: SIMULATED_FLAVORS,
    externalNetworks: [],
    publicPrefix: "198.51.100.0/24",
    ...overrides,
  };
}

export function metadata(id: string, overrides: Partial<ProjectMetadata> = {}): ProjectMetadata {
  return {
    id,
    name: `name-${id.slice(0, 8)}`,
    tags: [],
    createdAt: START,
    createdBy: "tester",
    finalizers: ["signalbox"],
    generation: 1,
    conditions: [],
    organizationId: "aaaaaaaa-0000-4000-8000-00000000000a",
    projectId: "aaaaaaaa-0000-4000-8000-00000000000b",
    apiVersion: 2,
    ...overrides,
  };
}

export function network(id = NETWORK_ID, overrides: Partial<Network> = {}): Network {
  return {
    metadata: metadata(id),
    regionId: REGION_ID,
    spec: {
      prefix: "10.0.0.0/16",
      reservations: { prefixLength: 25, providerReservedPrefixLength: 28 },
      dnsNameservers: [],
      routes: [],
    },
    references: [],
    ...overrides,
  };
}

export function securityGroup(id: string, rules: SecurityGroup["spec"]["rules"]): SecurityGroup {
  return { metadata: metadata(id), regionId: REGION_ID, networkId: NETWORK_ID, spec: { rules } };
}

export function image(
  id = IMAGE_ID,
  source: Image["source"] = { type: "builtin" },
  state: Image["status"]["state"] = "ready",
): Image {
  const [builtin] = SIMULATED_IMAGES;
  assert.ok(builtin);
  const { organizationId: _o, projectId: _p, ...plain } = metadata(id);
  return {
    metadata: plain,
    regionId: REGION_ID,
    spec: builtin.spec,
    source,
    status: { state, virtualBytes: builtin.virtualBytes },
  };
}

export interface ServerFields {
  readonly metadata?: Partial<ProjectMetadata>;
  readonly networkId?: string;
  readonly incarnation?: string;
  readonly spec?: Partial<ServerSpec>;
  readonly power?: Server["power"];
  readonly allocation?: Server["allocation"];
  readonly status?: Partial<ServerStatus>;
}

export function server(id = SERVER_ID, fields: ServerFields = {}): Server {
  return {
    metadata: metadata(id, fields.metadata),
    regionId: REGION_ID,
    networkId: fields.networkId ?? NETWORK_ID,
    incarnation: fields.incarnation ?? "bbbbbbbb-0000-4000-8000-000000000001",
    spec: {
      flavorId: FLAVOR_ID,
      imageId: IMAGE_ID,
      networking: {},
      sshInjection: "none",
      ...fields.spec,
    },
    power: fields.power ?? { desired: "running" },
    ...(fields.allocation && { allocation: fields.allocation }),
    status: { createFailures: 0, ...fields.status },
  };
}

/** What is known of a server that has been running for a while. */
export const BOOTED: Partial<ServerStatus> = Object.freeze({
  powerState: "Running",
  imageId: IMAGE_ID,
  scheduledAt: START,
  launchedAt: START,
  provisionedAt: START,
});

/** A machine that runs and was booted long ago. */
export function machine(overrides: Partial<MachineState> = {}): MachineState {
  return {
    power: "running",
    imageId: IMAGE_ID,
    launchedAtMs: START_MS,
    notices: [],
    ...overrides,
  };
}

/** A machine whose guest has never run. */
export function newMachine(overrides: Partial<MachineState> = {}): MachineState {
  return { power: "building", imageId: IMAGE_ID, notices: [], ...overrides };
}

function idOf(item: { readonly id: string } | undefined): string {
  assert.ok(item);
  return item.id;
}

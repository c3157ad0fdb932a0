import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { silentLog, systemClock } from "@signalbox/base";
import { openSqliteStore } from "@signalbox/store";
import type { Condition } from "signalbox/src/model/condition.ts";
import { KINDS, NETWORK, SERVER } from "signalbox/src/model/kinds.ts";
import type { ProjectMetadata } from "signalbox/src/model/metadata.ts";
import type { Server } from "signalbox/src/model/server.ts";
import {
  SIMULATED_FLAVORS,
  SIMULATED_IMAGES,
} from "signalbox/src/providers/simulated/catalogue.ts";
import type { Machine } from "signalbox/src/providers/simulated/machine.ts";
import type { BenchDaemon } from "./daemon-process.ts";

const LAUNCHED_MS = Date.UTC(2026, 0, 1);
const TIME = new Date(LAUNCHED_MS).toISOString();
const NETWORK_ID = "aaaabbbb-1234-4678-9abc-def012345678";
const A_TRANSACTION = 2000;

/**
 * Writes `count` servers that are up into the directory of a daemon that has stopped, and their
 * machines into the simulated provider's journal: a start finds everything as it should be.
 */
export async function writeSettledServers(
  dataDir: string,
  place: BenchDaemon["place"],
  count: number,
): Promise<void> {
  const servers = Array.from({ length: count }, (_, n) => serverOf(n, place));
  const store = await openSqliteStore({
    directory: join(dataDir, "store"),
    kinds: KINDS,
    clock: systemClock,
    log: silentLog,
  });
  await store.transact((tx) => {
    tx.create(NETWORK, NETWORK_ID, {
      metadata: metadataOf(NETWORK_ID, "net", place, [conditionOf("Available", "Provisioned")]),
      regionId: place.region,
      spec: {
        prefix: "10.0.0.0/8",
        reservations: { prefixLength: 25, providerReservedPrefixLength: 28 },
        dnsNameservers: [],
        routes: [],
      },
      references: [],
    });
  });
  for (let start = 0; start < count; start += A_TRANSACTION) {
    await store.transact((tx) => {
      for (const server of servers.slice(start, start + A_TRANSACTION)) {
        tx.create(SERVER, server.metadata.id, server);
      }
    });
  }
  await store.close();

  const directory = join(dataDir, "providers", place.region);
  await mkdir(directory, { recursive: true });
  const lines = servers.map((server) => {
    const key = `${server.metadata.id}/${server.incarnation}`;
    return `${JSON.stringify({ kind: "machine", key, value: machineOf(server) })}\n`;
  });
  await writeFile(join(directory, "machines.jsonl"), lines.join(""));
}

function serverOf(n: number, place: BenchDaemon["place"]): Server {
  // Scattered, as the ids of real servers are.
  const scattered = ((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, "0");
  const hex = n.toString(16).padStart(12, "0");
  const id = `${scattered}-0000-4000-8000-${hex}`;
  const conditions = [
    conditionOf("Available", "Provisioned", "the machine is as it was asked for"),
    conditionOf("Healthy", "Healthy", "the machine runs"),
  ];
  const host = n + 1024;
  const privateIP = `10.${host >> 16}.${(host >> 8) & 255}.${host & 255}`;
  return {
    metadata: metadataOf(id, `server-${n}`, place, conditions),
    regionId: place.region,
    networkId: NETWORK_ID,
    incarnation: `bbbbbbbb-0000-4000-8000-${hex}`,
    spec: {
      flavorId: SIMULATED_FLAVORS[0]?.id ?? "",
      imageId: SIMULATED_IMAGES[0]?.id ?? "",
      networking: {},
      sshInjection: "none",
    },
    power: { desired: "running" },
    allocation: { privateIP, macAddress: macOf(hex) },
    status: {
      createFailures: 0,
      powerState: "Running",
      privateIP,
      macAddress: macOf(hex),
      imageId: SIMULATED_IMAGES[0]?.id ?? "",
      scheduledAt: TIME,
      launchedAt: TIME,
      provisionedAt: TIME,
    },
  };
}

function machineOf({ metadata, incarnation, allocation, spec }: Server): Machine {
  return {
    id: metadata.id,
    incarnation,
    name: metadata.name,
    cpus: 4,
    memoryBytes: 8 * 2 ** 30,
    privateIP: allocation?.privateIP ?? "",
    gateway: "10.0.0.1",
    macAddress: allocation?.macAddress ?? "",
    userDataBytes: 0,
    desired: "running",
    phase: { name: "running" },
    disk: { imageId: spec.imageId, hosts: [metadata.name] },
    launchedAtMs: LAUNCHED_MS,
    boots: [],
    notices: [],
  };
}

function macOf(hex: string): string {
  return `52:54:${hex.slice(-8).replaceAll(/(..)(?!$)/g, "$1:")}`;
}

function conditionOf(
  type: Condition["type"],
  reason: Condition["reason"],
  message = "it is as it was asked for",
): Condition {
  return { type, status: "True", reason, message, since: TIME, observedGeneration: 1 };
}

function metadataOf(
  id: string,
  name: string,
  { organization, project }: BenchDaemon["place"],
  conditions: readonly Condition[],
): ProjectMetadata {
  return {
    id,
    name,
    tags: [{ name: "owner", value: "bench" }],
    createdAt: TIME,
    createdBy: "bench",
    finalizers: ["signalbox"],
    generation: 1,
    conditions,
    organizationId: organization,
    projectId: project,
    apiVersion: 2,
  };
}

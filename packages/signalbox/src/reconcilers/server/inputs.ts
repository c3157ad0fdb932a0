import { isDeepStrictEqual } from "node:util";
import type { ControllerInput } from "@signalbox/controller";
import type { Change, Reader } from "@signalbox/store";
import { findCondition } from "../../model/condition.ts";
import type { Image } from "../../model/image.ts";
import { IMAGE, NETWORK, SECURITY_GROUP, SERVER, SSH_CA } from "../../model/kinds.ts";
import type { Metadata } from "../../model/metadata.ts";
import type { Server } from "../../model/server.ts";

/** Which servers a change anywhere concerns. */
export function serverInputs(store: Reader): readonly ControllerInput[] {
  const serversBy = (index: string, id: string): readonly string[] =>
    store.list(SERVER, { index: { name: index, value: id } }).items.map((server) => server.id);
  const usersOf = (index: string) => (change: Change) =>
    isOfInterest(change) ? serversBy(index, idOf(change)) : [];
  return [
    { kind: SERVER, keys: (change) => (concernsServer(change) ? [idOf(change)] : []) },
    { kind: NETWORK, keys: usersOf("network") },
    { kind: SECURITY_GROUP, keys: usersOf("securityGroup") },
    { kind: SSH_CA, keys: usersOf("sshCertificateAuthority") },
    {
      kind: IMAGE,
      keys: (change) => [...usersOfImage(change, serversBy), ...sourceOfSnapshot(change)],
    },
  ];
}

/** Most of a server's writes are our own status, which tells us nothing new. */
function concernsServer(change: Change): boolean {
  if (change.type === "deleted") return false;
  if (change.type === "created") return true;
  return !isDeepStrictEqual(
    wishesOf(change.previous.value as Server),
    wishesOf(change.resource.value as Server),
  );
}

/** What others than the reconciler write, the marker and the count that the API resets included. */
function wishesOf({ metadata, incarnation, spec, power, status }: Server): readonly unknown[] {
  const { generation, deletedAt, finalizers } = metadata;
  const { rebuild, createFailures } = status;
  return [generation, deletedAt, finalizers, incarnation, spec, power, rebuild, createFailures];
}

/** Another desired state, or another answer to whether it is ready. */
function isOfInterest(change: Change): boolean {
  if (change.type !== "updated") return true;
  return !isDeepStrictEqual(
    readiness(change.previous.value as Described),
    readiness(change.resource.value as Described),
  );
}

interface Described {
  readonly metadata: Metadata;
  readonly spec: unknown;
}

function readiness({ metadata, spec }: Described): readonly unknown[] {
  return [spec, findCondition(metadata.conditions, "Available")?.status];
}

function usersOfImage(
  change: Change,
  serversBy: (index: string, id: string) => readonly string[],
): readonly string[] {
  if (change.type === "updated") {
    const { status: before } = change.previous.value as Image;
    const { status: after } = change.resource.value as Image;
    if (before.state === after.state) return [];
  }
  return serversBy("image", idOf(change));
}

/** A server that is being deleted waits for snapshots of it. */
function sourceOfSnapshot(change: Change): readonly string[] {
  const { source } = (change.type === "created" ? change.resource : change.previous).value as Image;
  return change.type !== "created" && source.type === "snapshot" ? [source.serverId] : [];
}

function idOf(change: Change): string {
  return change.type === "deleted" ? change.previous.id : change.resource.id;
}

import { isDeepStrictEqual } from "node:util";
import { type ControllerInput, defineInput } from "@signalbox/controller";
import { type Change, changedResource, type Reader } from "@signalbox/store";
import { findCondition } from "../../model/condition.ts";
import type { Image } from "../../model/image.ts";
import { IMAGE, NETWORK, SECURITY_GROUP, SERVER, SSH_CA } from "../../model/kinds.ts";
import type { Described } from "../../model/metadata.ts";
import type { Server } from "../../model/server.ts";

/** Which servers a change anywhere concerns. */
export function serverInputs(store: Reader): readonly ControllerInput[] {
  const serversBy = (index: string, id: string): readonly string[] =>
    store.list(SERVER, { index: { name: index, value: id } }).items.map((server) => server.id);
  const usersBy =
    (index: string) =>
    (change: Change<Wished>): readonly string[] =>
      isOfInterest(change) ? serversBy(index, changedResource(change).id) : [];
  return [
    defineInput(SERVER, (change) => (concernsServer(change) ? [changedResource(change).id] : [])),
    defineInput(NETWORK, usersBy("network")),
    defineInput(SECURITY_GROUP, usersBy("securityGroup")),
    defineInput(SSH_CA, usersBy("sshCertificateAuthority")),
    defineInput(IMAGE, (change) => [
      ...(changesState(change) ? serversBy("image", changedResource(change).id) : []),
      ...sourceOfSnapshot(change),
    ]),
  ];
}

/** Most of a server's writes are our own status, which tells us nothing new. */
function concernsServer(change: Change<Server>): boolean {
  if (change.type === "deleted") return false;
  if (change.type === "created") return true;
  return !isDeepStrictEqual(wishesOf(change.previous.value), wishesOf(change.resource.value));
}

/** What others than the reconciler write, the marker and the count that the API resets included. */
function wishesOf({ metadata, incarnation, spec, power, status }: Server): readonly unknown[] {
  const { generation, deletedAt, finalizers } = metadata;
  const { rebuild, createFailures } = status;
  return [generation, deletedAt, finalizers, incarnation, spec, power, rebuild, createFailures];
}

/** Another desired state, or another answer to whether it is ready. */
function isOfInterest(change: Change<Wished>): boolean {
  if (change.type !== "updated") return true;
  return !isDeepStrictEqual(readiness(change.previous.value), readiness(change.resource.value));
}

interface Wished extends Described {
  readonly spec: unknown;
}

function readiness({ metadata, spec }: Wished): readonly unknown[] {
  return [spec, findCondition(metadata.conditions, "Available")?.status];
}

function changesState(change: Change<Image>): boolean {
  if (change.type !== "updated") return true;
  return change.previous.value.status.state !== change.resource.value.status.state;
}

/** A server that is being deleted waits for snapshots of it. */
function sourceOfSnapshot(change: Change<Image>): readonly string[] {
  if (change.type === "created") return [];
  const { source } = change.previous.value;
  return source.type === "snapshot" ? [source.serverId] : [];
}

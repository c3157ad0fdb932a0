import { fail, ok, type Result } from "@signalbox/base";
import type { Kind, Reader } from "@signalbox/store";
import { type ConditionReason, findCondition } from "../../model/condition.ts";
import type { Flavor } from "../../model/flavor.ts";
import type { Image } from "../../model/image.ts";
import { IMAGE, NETWORK, SECURITY_GROUP, SSH_CA } from "../../model/kinds.ts";
import type { Metadata } from "../../model/metadata.ts";
import type { Network } from "../../model/network.ts";
import type { Region } from "../../model/region.ts";
import type { SecurityGroup } from "../../model/security-group.ts";
import type { Server } from "../../model/server.ts";
import type { SshCertificateAuthority } from "../../model/ssh-certificate-authority.ts";
import type { Provider } from "../../providers/provider.ts";
import { notServed } from "../not-served.ts";
import type { ReconcilerDeps } from "../reconciler-deps.ts";

/** Everything that a server is made of, found. */
export interface ServerInputs {
  readonly provider: Provider;
  readonly region: Region;
  readonly network: Network;
  readonly groups: readonly SecurityGroup[];
  readonly image: Image;
  readonly flavor: Flavor;
  readonly authority: SshCertificateAuthority | undefined;
}

/** What a server waits for. */
export interface Blocker {
  readonly reason: ConditionReason;
  readonly message: string;
}

/**
 * Reads what a server refers to. Things have to be ready only for what is still to be made of
 * them: a machine that exists does not wait for the image that its disk came from.
 */
export function loadServerInputs(
  deps: Pick<ReconcilerDeps, "store" | "providers" | "catalogue">,
  server: Server,
): Result<ServerInputs, Blocker> {
  const { store, providers, catalogue } = deps;
  const { spec, regionId, networkId } = server;
  const region = catalogue.regions.get(regionId);
  const provider = providers.get(regionId);
  if (region === undefined || provider === undefined) return fail(notServed(regionId));
  const network = find(store, NETWORK, networkId);
  if (!network.ok) return network;
  const groups: SecurityGroup[] = [];
  for (const id of spec.networking.securityGroups ?? []) {
    const group = find(store, SECURITY_GROUP, id);
    if (!group.ok) return group;
    groups.push(group.value);
  }
  const image = find(store, IMAGE, spec.imageId);
  if (!image.ok) return image;
  const flavor = server.allocation?.flavor ?? region.flavors.find(({ id }) => id === spec.flavorId);
  if (flavor === undefined) return fail(notFound("flavor", spec.flavorId));
  const authorityId = spec.sshCertificateAuthorityId;
  const authority = authorityId === undefined ? undefined : find(store, SSH_CA, authorityId);
  if (authority?.ok === false) return authority;
  const blocker = firstBlocker(server, network.value, groups, image.value);
  if (blocker !== undefined) return fail(blocker);
  return ok({
    provider,
    region,
    network: network.value,
    groups,
    image: image.value,
    flavor,
    authority: authority?.value,
  });
}

function firstBlocker(
  server: Server,
  network: Network,
  groups: readonly SecurityGroup[],
  image: Image,
): Blocker | undefined {
  const hasMachine = server.status.imageId !== undefined;
  const imageBlocker = server.status.imageId === image.metadata.id ? undefined : unready(image);
  if (hasMachine) return imageBlocker;
  return (
    unavailable("network", network.metadata) ??
    groups.map(({ metadata }) => unavailable("security group", metadata)).find(Boolean) ??
    imageBlocker
  );
}

function unavailable(what: string, metadata: Metadata): Blocker | undefined {
  const available = findCondition(metadata.conditions, "Available");
  if (available?.status === "True") return undefined;
  const why = available === undefined ? "" : `: ${available.message}`;
  return {
    reason: "DependencyNotReady",
    message: `the ${what} ${metadata.id} is not ready yet${why}`,
  };
}

function unready(image: Image): Blocker | undefined {
  const { id, conditions } = image.metadata;
  switch (image.status.state) {
    case "ready":
      return undefined;
    case "pending":
    case "creating":
      return { reason: "DependencyNotReady", message: `the image ${id} is still being made` };
    case "failed": {
      const why = findCondition(conditions, "Available")?.message ?? "no detail";
      return { reason: "DependencyFailed", message: `the image ${id} has failed: ${why}` };
    }
  }
}

function find<T>(store: Reader, kind: Kind<T>, id: string): Result<T, Blocker> {
  const resource = store.get(kind, id);
  return resource === undefined ? fail(notFound(kind.name, id)) : ok(resource.value);
}

function notFound(what: string, id: string): Blocker {
  const name = what.replaceAll("-", " ");
  return { reason: "DependencyNotFound", message: `the ${name} ${id} does not exist any more` };
}

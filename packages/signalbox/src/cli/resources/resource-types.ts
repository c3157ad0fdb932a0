import type { Session } from "../client/session.ts";
import type { Column } from "../output/render-table.ts";
import { type ApiResource, textAt } from "./api-resource.ts";
import {
  complaints,
  notes,
  type Progress,
  provisioningProgress,
  type ResourceType,
  textColumn,
} from "./resource-type.ts";

const ID = textColumn("ID", "metadata", "id");
const NAME = textColumn("NAME", "metadata", "name");
const PROVISIONING = textColumn("STATUS", "metadata", "provisioningStatus");
const NOTE: Column<ApiResource> = { heading: "NOTE", value: complaints, detail: notes };

const inRegion =
  (collection: string) =>
  (session: Session): string =>
    `/api/v2/regions/${encodeURIComponent(session.require("region"))}/${collection}`;

/** Lists leave nothing out, unless the command line or the environment names a place. */
const inChosenPlace = (session: Session): Readonly<Record<string, string>> => {
  const { organization, project, region } = session.chosen;
  return {
    ...(organization === undefined ? {} : { organizationID: organization }),
    ...(project === undefined ? {} : { projectID: project }),
    ...(region === undefined ? {} : { regionID: region }),
  };
};

const alwaysSettled = (): Progress => ({ state: "settled", text: "ready" });

/** A server is where its owner wants it once the machine runs, or rests because it was stopped. */
function serverProgress(server: ApiResource): Progress {
  const provisioning = provisioningProgress(server);
  if (provisioning.state !== "settled") return provisioning;
  const power = textAt(server, "status", "powerState");
  const settled = power === "Running" || power === "Stopped";
  const text = complaints(server) ?? power ?? "provisioned";
  const rebooting = textAt(server, "status", "pendingReboot") !== undefined;
  if (rebooting) return { state: "waiting", text: "waiting for its reboot" };
  return { state: settled ? "settled" : "waiting", text };
}

function imageProgress(image: ApiResource): Progress {
  const state = textAt(image, "status", "state") ?? "pending";
  const percent = textAt(image, "status", "progressPercent");
  const text = complaints(image) ?? (percent === undefined ? state : `${state} ${percent} %`);
  if (state === "failed") return { state: "failed", text };
  return { state: state === "ready" ? "settled" : "waiting", text };
}

export const SERVER_TYPE: ResourceType = {
  command: "server",
  title: "server",
  plural: "servers",
  collection: () => "/api/v2/servers",
  listQuery: inChosenPlace,
  filters: ["status", "network"],
  columns: [
    ID,
    NAME,
    PROVISIONING,
    textColumn("POWER", "status", "powerState"),
    textColumn("PRIVATE IP", "status", "privateIP"),
    textColumn("PUBLIC IP", "status", "publicIP"),
    NOTE,
  ],
  verbs: ["list", "get", "delete", "watch"],
  progress: serverProgress,
};

export const NETWORK_TYPE: ResourceType = {
  command: "network",
  title: "network",
  plural: "networks",
  collection: () => "/api/v2/networks",
  listQuery: inChosenPlace,
  filters: ["status"],
  columns: [ID, NAME, PROVISIONING, textColumn("PREFIX", "status", "prefix"), NOTE],
  verbs: ["list", "get", "delete", "watch"],
  progress: provisioningProgress,
};

export const SECURITY_GROUP_TYPE: ResourceType = {
  command: "security-group",
  title: "security group",
  plural: "security groups",
  collection: () => "/api/v2/securitygroups",
  listQuery: inChosenPlace,
  filters: ["status", "network"],
  columns: [ID, NAME, PROVISIONING, textColumn("NETWORK", "status", "networkId"), NOTE],
  verbs: ["list", "get", "delete", "watch"],
  progress: provisioningProgress,
};

export const SSH_CA_TYPE: ResourceType = {
  command: "ssh-ca",
  title: "SSH certificate authority",
  plural: "SSH certificate authorities",
  collection: () => "/api/v2/sshcertificateauthorities",
  listQuery: inChosenPlace,
  columns: [ID, NAME, textColumn("PUBLIC KEY", "spec", "publicKey")],
  verbs: ["list", "get", "delete", "watch"],
  progress: alwaysSettled,
};

export const IMAGE_TYPE: ResourceType = {
  command: "image",
  title: "image",
  plural: "images",
  collection: inRegion("images"),
  // Without an organization the API lists only the images that belong to nobody.
  listQuery: (session) => ({ organizationID: session.require("organization") }),
  columns: [
    ID,
    NAME,
    textColumn("STATE", "status", "state"),
    textColumn("SIZE GIB", "spec", "sizeGiB"),
    textColumn("ARCH", "spec", "architecture"),
    NOTE,
  ],
  verbs: ["list", "get", "delete", "watch"],
  progress: imageProgress,
};

export const FLAVOR_TYPE: ResourceType = {
  command: "flavor",
  title: "flavor",
  plural: "flavors",
  collection: inRegion("flavors"),
  columns: [
    ID,
    NAME,
    textColumn("CPUS", "spec", "cpus"),
    textColumn("MEMORY GIB", "spec", "memory"),
    textColumn("DISK GB", "spec", "disk"),
    textColumn("ARCH", "spec", "architecture"),
  ],
  isReadByList: true,
  verbs: ["list", "get"],
  progress: alwaysSettled,
};

export const REGION_TYPE: ResourceType = {
  command: "region",
  title: "region",
  plural: "regions",
  collection: () => "/api/v2/regions",
  columns: [ID, NAME, textColumn("TYPE", "spec", "type"), PROVISIONING],
  verbs: ["list", "get"],
  progress: alwaysSettled,
};

export const XDS_GROUP_TYPE: ResourceType = {
  parent: "xds",
  command: "group",
  title: "xDS group",
  plural: "xDS groups",
  collection: () => "/api/v2/xds/groups",
  listQuery: (session) => {
    // A group belongs to no region.
    const { regionID: _anywhere, ...place } = inChosenPlace(session);
    return place;
  },
  columns: [
    ID,
    NAME,
    { heading: "NODES", value: (group) => xdsNodes(group) },
    { heading: "FOLLOWS", value: (group) => followedClusters(group) },
    textColumn("RESOURCES", "status", "resources"),
    textColumn("REVISION", "status", "revision"),
  ],
  verbs: ["list", "get", "delete", "watch"],
  progress: alwaysSettled,
};

function xdsNodes({ spec }: ApiResource): string {
  const { ids = [], clusters = [] } = spec["nodes"] as Readonly<Record<string, readonly string[]>>;
  return [...ids, ...clusters.map((cluster) => `cluster ${cluster}`)].join(", ");
}

function followedClusters({ spec }: ApiResource): string {
  const endpoints = spec["endpoints"] as readonly {
    readonly cluster: string;
    readonly port: number;
  }[];
  return endpoints.map(({ cluster, port }) => `${cluster}:${port}`).join(", ");
}

/** Every type, in the order in which help lists them. */
export const RESOURCE_TYPES: readonly ResourceType[] = [
  SERVER_TYPE,
  NETWORK_TYPE,
  SECURITY_GROUP_TYPE,
  IMAGE_TYPE,
  FLAVOR_TYPE,
  REGION_TYPE,
  SSH_CA_TYPE,
  XDS_GROUP_TYPE,
];

import { defineKind, type Kind } from "@signalbox/store";
import type { Image } from "./image.ts";
import type { JoinToken } from "./join-token.ts";
import type { Network } from "./network.ts";
import type { NodeAuthority } from "./node-authority.ts";
import type { NodeEnrolment } from "./node-enrolment.ts";
import type { SecurityGroup } from "./security-group.ts";
import type { Server } from "./server.ts";
import type { SshCertificateAuthority } from "./ssh-certificate-authority.ts";
import { nodeClaims, type XdsGroup } from "./xds-group.ts";
import type { XdsResource } from "./xds-resource.ts";
import type { XdsRevision } from "./xds-revision.ts";

export const NETWORK: Kind<Network> = defineKind<Network>("network", {
  indexes: {
    organization: (network) => network.metadata.organizationId,
    project: (network) => network.metadata.projectId,
    region: (network) => network.regionId,
  },
});

export const SECURITY_GROUP: Kind<SecurityGroup> = defineKind<SecurityGroup>("security-group", {
  indexes: {
    organization: (group) => group.metadata.organizationId,
    project: (group) => group.metadata.projectId,
    network: (group) => group.networkId,
  },
});

export const SSH_CA: Kind<SshCertificateAuthority> = defineKind<SshCertificateAuthority>(
  "ssh-certificate-authority",
  {
    indexes: {
      organization: (authority) => authority.metadata.organizationId,
      project: (authority) => authority.metadata.projectId,
    },
  },
);

export const IMAGE: Kind<Image> = defineKind<Image>("image", {
  indexes: {
    region: (image) => image.regionId,
    organization: (image) => image.organizationId,
    /** Servers whose snapshot is being taken find their images here. */
    sourceServer: (image) => (image.source.type === "snapshot" ? image.source.serverId : undefined),
  },
});

export const SERVER: Kind<Server> = defineKind<Server>("server", {
  indexes: {
    organization: (server) => server.metadata.organizationId,
    project: (server) => server.metadata.projectId,
    region: (server) => server.regionId,
    network: (server) => server.networkId,
    securityGroup: (server) => server.spec.networking.securityGroups,
    sshCertificateAuthority: (server) => server.spec.sshCertificateAuthorityId,
    /** By the image wanted and the image on disk: both block the image's deletion. */
    image: (server) =>
      server.status.imageId === undefined
        ? server.spec.imageId
        : [...new Set([server.spec.imageId, server.status.imageId])],
    privateAddress: (server) =>
      server.allocation && `${server.networkId}/${server.allocation.privateIP}`,
    publicAddress: (server) =>
      server.allocation?.publicIP && `${server.regionId}/${server.allocation.publicIP}`,
  },
});

export const XDS_GROUP: Kind<XdsGroup> = defineKind<XdsGroup>("xds-group", {
  indexes: {
    organization: (group) => group.metadata.organizationId,
    project: (group) => group.metadata.projectId,
    /** No two groups may claim one node. */
    node: (group) => nodeClaims(group.spec.nodes),
  },
});

export const XDS_RESOURCE: Kind<XdsResource> = defineKind<XdsResource>("xds-resource", {
  indexes: { group: (resource) => resource.groupId },
});

export const XDS_REVISION: Kind<XdsRevision> = defineKind<XdsRevision>("xds-revision", {
  indexes: { group: (revision) => revision.groupId },
});

export const NODE_AUTHORITY: Kind<NodeAuthority> = defineKind<NodeAuthority>("node-authority");

export const NODE_ENROLMENT: Kind<NodeEnrolment> = defineKind<NodeEnrolment>("node-enrolment", {
  indexes: { project: (enrolment) => enrolment.projectId },
});

export const JOIN_TOKEN: Kind<JoinToken> = defineKind<JoinToken>("join-token", {
  indexes: { server: (token) => token.serverId },
});

/** Every kind that the daemon stores. */
export const KINDS: readonly Kind<never>[] = [
  NETWORK,
  SECURITY_GROUP,
  SSH_CA,
  IMAGE,
  SERVER,
  XDS_GROUP,
  XDS_RESOURCE,
  XDS_REVISION,
  NODE_AUTHORITY,
  NODE_ENROLMENT,
  JOIN_TOKEN,
];

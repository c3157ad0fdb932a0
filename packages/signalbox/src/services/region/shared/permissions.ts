import type { Permission, PermissionScope } from "@signalbox/http";

const on =
  (endpoint: string, scope: PermissionScope) =>
  (verb: string): Permission =>
    Object.freeze({ endpoint: `region:${endpoint}`, verb, scope });

/** Every permission that the region service asks for (compute-api §6.4, one per verb). */
export const networks = on("networks", "project");
export const networkReferences = on("networks/references", "project");
export const securityGroups = on("securitygroups", "project");
export const sshCertificateAuthorities = on("sshcertificateauthorities", "project");
export const servers = on("servers", "project");
export const images = on("images", "organization");
export const regions = on("regions", "organization");
export const regionDetails = on("regions/detail", "organization");
export const flavors = on("flavors", "organization");
export const externalNetworks = on("externalnetworks", "organization");

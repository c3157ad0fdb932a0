import type { Permission } from "@signalbox/http";

const on =
  (endpoint: string) =>
  (verb: "create" | "read" | "update" | "delete"): Permission =>
    Object.freeze({ endpoint: `xds:${endpoint}`, verb, scope: "project" });

/** Every permission that the xDS service asks for. */
export const xdsGroups = on("groups");
/** What a group serves, and its history. */
export const xdsResources = on("resources");
/** Who is connected. */
export const xdsNodes = on("nodes");

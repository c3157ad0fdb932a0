import type { Permission } from "@signalbox/http";

/** Certificates of people: whoever may make one may do whatever it allows. */
export const CREATE_CREDENTIALS: Permission = Object.freeze({
  endpoint: "nodes:credentials",
  verb: "create",
  scope: "project",
});

export const CREATE_JOIN_TOKENS: Permission = Object.freeze({
  endpoint: "nodes:jointokens",
  verb: "create",
  scope: "project",
});

export const READ_AUTHORITY: Permission = Object.freeze({
  endpoint: "nodes:authority",
  verb: "read",
  scope: "global",
});

/** To replace its root. */
export const UPDATE_AUTHORITY: Permission = Object.freeze({
  endpoint: "nodes:authority",
  verb: "update",
  scope: "global",
});

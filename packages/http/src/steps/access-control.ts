import { Problem } from "@signalbox/base";
import { allowsSomewhere, type Permission } from "../permission.ts";
import type { Work } from "../pipeline/row.ts";

/**
 * The caller must hold the operation's permission over anything at all, before what it sends is
 * looked at. Whether it holds over the addressed object is the target row's question.
 */
export function accessControl(): Work<"route" | "principal"> {
  return {
    enter: ({ route, principal }) => {
      const { permission } = route.operation;
      if (typeof permission === "string") return;
      if (!allowsSomewhere(principal, permission)) throw denied(permission);
    },
  };
}

/** 403 that names endpoint, operation and scope (compute-api §6.3). */
export function denied({ endpoint, verb, scope }: Permission): Problem {
  return new Problem("forbidden", `the caller may not ${verb} ${endpoint} at ${scope} scope`);
}

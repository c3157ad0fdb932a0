import { Problem } from "@signalbox/base";
import { allows } from "../permission.ts";
import type { Work } from "../pipeline/row.ts";
import { denied } from "./access-control.ts";

/**
 * Finds the addressed object and checks the permission over its own tenancy, before its data
 * reaches the handler. What is not there and what may not be read are the same 404.
 */
export function target(): Work<"route" | "params" | "query" | "body" | "principal", "target"> {
  return {
    enter: ({ route: { operation }, params, query, body, principal }) => {
      const found = operation.findTarget?.({ params, query, body, principal });
      const { permission, readPermission } = operation;
      const readable =
        found !== undefined &&
        (readPermission === undefined || allows(principal, readPermission, found.tenancy));
      if (!readable) throw new Problem("not_found", "there is no such resource");
      if (typeof permission !== "string" && !allows(principal, permission, found.tenancy)) {
        throw denied(permission);
      }
      return { target: found };
    },
  };
}

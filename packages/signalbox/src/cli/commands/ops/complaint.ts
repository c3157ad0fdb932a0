import type { ApiCondition } from "../../resources/api-resource.ts";

/** Why a condition is as it is, in its own words. */
export function complaint({ reason, message }: ApiCondition): string {
  return message === "" ? reason : `${reason}: ${message}`;
}

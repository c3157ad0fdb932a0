import type { ServerRef } from "../../provider.ts";
import type { MachineParts } from "./machine-parts.ts";

/** Where and on whose behalf the parts of one machine work. */
export interface MachineSite extends MachineParts {
  readonly ref: ServerRef;
  /** `DATA/providers/REGION/machines/ID-INCARNATION`. */
  readonly directory: string;
  readonly uuid: string;
  /** Aborts when the daemon lets go of the machine, or removes it. */
  readonly lifetime: AbortSignal;
}

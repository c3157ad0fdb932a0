import { Problem } from "@signalbox/base";
import type { MachineFault, MachineFaultReason } from "../../machine-fault.ts";

/**
 * Why a machine cannot be made, started or used, in words for the user. Thrown inside this
 * provider only: it ends as the `fault` of a machine's state.
 */
export class MachineFailure extends Error {
  override readonly name = "MachineFailure";
  readonly fault: MachineFault;

  constructor(
    reason: MachineFaultReason,
    message: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options);
    this.fault = { reason, message };
  }
}

/** The failure that an error means for a machine; undefined for an error that is not of this kind. */
export function toMachineFailure(error: unknown): MachineFailure | undefined {
  if (error instanceof MachineFailure) return error;
  if (Problem.is(error, "provider_unavailable")) {
    return new MachineFailure("provider_unavailable", error.message, { cause: error });
  }
  if (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ENOSPC" || error.code === "EDQUOT")
  ) {
    const message = "the host's disk is full; delete servers or images that are not needed";
    return new MachineFailure("disk_full", message, { cause: error });
  }
  return undefined;
}

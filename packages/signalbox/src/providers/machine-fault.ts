import { type Static, Type } from "typebox";

/**
 * What keeps a machine from being of use. A schema, since machines outlive the process: their
 * faults are read back from files that may hold anything.
 */
export const MACHINE_FAULT = Type.Object({
  reason: Type.Union([
    Type.Literal("no_capacity"),
    Type.Literal("disk_full"),
    Type.Literal("image_missing"),
    Type.Literal("image_corrupt"),
    Type.Literal("boot_timeout"),
    Type.Literal("exited"),
    Type.Literal("port_taken"),
    Type.Literal("create_failed"),
    Type.Literal("rebuild_failed"),
    Type.Literal("provider_unavailable"),
  ]),
  /** For the user: what happened and what can be done. */
  message: Type.String(),
});
export type MachineFault = Readonly<Static<typeof MACHINE_FAULT>>;
export type MachineFaultReason = MachineFault["reason"];

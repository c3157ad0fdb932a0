/** Who runs the guest's instructions: the processor (`kvm`), or QEMU's translator (`tcg`). */
export type Acceleration = "kvm" | "tcg";

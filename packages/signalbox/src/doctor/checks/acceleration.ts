import { failure, type Judgement, warning, well } from "../finding.ts";

export interface AccelerationFacts {
  /** `qemu.accel` */
  readonly configured: "auto" | "kvm" | "tcg";
  readonly device: "usable" | "forbidden" | "absent";
  /** What the daemon's trial found in this boot of the host; undefined: none was made. */
  readonly trial: { readonly acceleration: "kvm" | "tcg"; readonly message: string } | undefined;
}

const SLOW = "machines are emulated, several times slower";

export function judgeAcceleration(facts: AccelerationFacts): readonly Judgement[] {
  const { configured, device, trial } = facts;
  if (configured === "tcg") return [well(`${SLOW}, as configured`)];
  if (device !== "usable") {
    const why = device === "absent" ? "there is no /dev/kvm" : "this user may not open /dev/kvm";
    const advice =
      device === "absent"
        ? "load the module kvm_intel or kvm_amd; in a virtual machine, let its host nest"
        : "add the daemon's user to the group kvm, and start it anew";
    return configured === "kvm"
      ? [failure(`${why}, and it is configured: no machine can run`, `${advice}; or --accel auto`)]
      : [warning(`${why}: ${SLOW}`, advice)];
  }
  if (trial === undefined) return [well("/dev/kvm can be opened; the daemon's start tries it out")];
  if (trial.acceleration === "kvm") return [well(trial.message)];
  return [
    warning(trial.message, "look at the host's virtualization; --accel tcg says that it is meant"),
  ];
}

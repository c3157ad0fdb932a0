import { judgeAcceleration } from "./checks/acceleration.ts";
import { judgeCertificates } from "./checks/certificates.ts";
import { judgeClock } from "./checks/clock.ts";
import { judgeConfiguration } from "./checks/configuration.ts";
import { judgeDaemon } from "./checks/daemon.ts";
import { judgeDataDirectory } from "./checks/data-directory.ts";
import { judgeDataFiles } from "./checks/data-files.ts";
import { judgeDeclaredIds } from "./checks/declared-ids.ts";
import { judgeDisk } from "./checks/disk.ts";
import { judgeGuestImage } from "./checks/guest-image.ts";
import { judgeHost } from "./checks/host.ts";
import { judgeListeners } from "./checks/listeners.ts";
import { judgeMachines } from "./checks/machines.ts";
import { judgeOpenFiles } from "./checks/open-files.ts";
import { judgeQemuPrograms } from "./checks/qemu-programs.ts";
import { judgeStore } from "./checks/store.ts";
import type { Facts } from "./facts.ts";
import type { Finding, Judgement } from "./finding.ts";

/** One check: its name, which facts it judges, and the rule. */
export interface Check {
  readonly name: string;
  readonly judge: (facts: Facts) => readonly Judgement[];
}

/** Every check, in the order in which they are told. docs/doctor.md explains them. */
// biome-ignore format: a table
export const CHECKS: readonly Check[] = [
  check("configuration", "configuration", judgeConfiguration),
  check("host", "host", judgeHost),
  check("open files", "openFiles", judgeOpenFiles),
  check("clock", "clock", judgeClock),
  check("disk", "disk", judgeDisk),
  check("data directory", "directory", judgeDataDirectory),
  check("files", "files", judgeDataFiles),
  check("daemon", "daemon", judgeDaemon),
  check("store", "store", judgeStore),
  check("declared ids", "declaredIds", judgeDeclaredIds),
  check("ports", "listeners", judgeListeners),
  check("certificates", "certificates", judgeCertificates),
  check("qemu", "qemuPrograms", judgeQemuPrograms),
  check("acceleration", "acceleration", judgeAcceleration),
  check("guest image", "guestImage", judgeGuestImage),
  check("machines", "machines", judgeMachines),
];

/** What all checks find, in their order. */
export function judgeFacts(facts: Facts): readonly Finding[] {
  return CHECKS.flatMap(({ name, judge }) =>
    judge(facts).map((judgement): Finding => ({ check: name, ...judgement })),
  );
}

function check<Key extends keyof Facts>(
  name: string,
  key: Key,
  judge: (facts: NonNullable<Facts[Key]>) => readonly Judgement[],
): Check {
  return {
    name,
    judge: (facts) => {
      const known = facts[key];
      return known === undefined ? [] : judge(known);
    },
  };
}

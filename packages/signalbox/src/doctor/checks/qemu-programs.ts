import { failure, type Judgement, warning, well } from "../finding.ts";

export interface ProgramFacts {
  readonly program: string;
  /** Undefined: it does not start. */
  readonly version: string | undefined;
  readonly debianPackage: string;
}

export interface QemuProgramsFacts {
  /** Whether a region needs them, or a first start would use them if they were there. */
  readonly need: "required" | "optional";
  readonly programs: readonly ProgramFacts[];
}

/** Debian 12's; older ones were never tried. */
const OLDEST = [7, 2] as const;

export function judgeQemuPrograms({ need, programs }: QemuProgramsFacts): readonly Judgement[] {
  const missing = programs.filter(({ version }) => version === undefined);
  if (missing.length > 0) {
    const names = missing.map(({ program }) => program).join(", ");
    const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))].join(" ");
    const advice = `\`apt-get install ${packages}\``;
    return need === "required"
      ? [failure(`${names}: not installed, or not starting; no machine can run`, advice)]
      : [warning(`${names}: not installed, or not starting; machines are only simulated`, advice)];
  }
  const found = programs.map(({ program, version }) => `${program} ${version}`).join(", ");
  const [emulator] = programs;
  return emulator?.version !== undefined && isOld(emulator.version)
    ? [warning(`${found}: older than ${OLDEST.join(".")}`, "install a newer QEMU")]
    : [well(found)];
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

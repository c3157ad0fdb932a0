import { spawn } from "node:child_process";
import { once } from "node:events";

/** What turns the machine off and on again. Each resolves when the machine has been told. */
export interface PowerSwitch {
  /** @param isForced at once, without asking anything that runs */
  reboot(isForced: boolean): Promise<void>;
  powerOff(): Promise<void>;
}

export interface PowerCommands {
  /** @default ["reboot"] */
  readonly reboot?: readonly string[];
  /** @default ["reboot", "-f"] */
  readonly forcedReboot?: readonly string[];
  /** @default ["poweroff"] */
  readonly powerOff?: readonly string[];
}

/** The programs that every init system brings: systemd, sysvinit, busybox. */
export function commandPowerSwitch(
  environment: Readonly<Record<string, string>>,
  commands: PowerCommands = {},
): PowerSwitch {
  const {
    reboot = ["reboot"],
    forcedReboot = ["reboot", "-f"],
    powerOff = ["poweroff"],
  } = commands;
  return {
    reboot: (isForced) => run(isForced ? forcedReboot : reboot, environment),
    powerOff: () => run(powerOff, environment),
  };
}

/** @throws when it cannot be started, or does not answer status 0 */
async function run(
  [program = "", ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const child = spawn(program, args, { env: environment, stdio: "ignore" });
  const [status, signal] = (await once(child, "exit")) as [number | null, string | null];
  if (status !== 0) throw new Error(`${program}: ${signal ?? `exit status ${status}`}`);
}

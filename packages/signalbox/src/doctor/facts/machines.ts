import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { explainExit, readExitReport } from "../../providers/qemu/machine/exit-report.ts";
import { MACHINE_FILES } from "../../providers/qemu/machine/machine-files.ts";
import { parseMachineDirectoryName } from "../../providers/qemu/machine/machine-name.ts";
import {
  type MachineRecord,
  parseMachineRecord,
} from "../../providers/qemu/machine/machine-record.ts";
import { isAlive, readBootId } from "../../providers/qemu/process/process-identity.ts";
import type { MachineFacts } from "../checks/machines.ts";
import { readText } from "./read-text.ts";

/** Every machine of the qemu regions, by what lies in its directory and which processes run. */
export async function readMachines(
  directories: readonly string[],
): Promise<readonly MachineFacts[]> {
  const machines: MachineFacts[] = [];
  for (const region of directories) {
    const folder = join(region, "machines");
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const ref = parseMachineDirectoryName(name);
      if (ref === undefined) continue;
      machines.push({ serverId: ref.id, state: await stateOf(join(folder, name)) });
    }
  }
  return machines;
}

async function stateOf(directory: string): Promise<MachineFacts["state"]> {
  const text = readText(join(directory, MACHINE_FILES.record));
  // Its making was cut short, or goes on.
  if (text === undefined) return { is: "off" };
  const record = parseMachineRecord(text);
  if (!record.ok) return { is: "unreadable", reason: `${MACHINE_FILES.record} is ${record.error}` };
  return runningState(record.value, directory);
}

async function runningState(
  { process, power, fault }: MachineRecord,
  directory: string,
): Promise<MachineFacts["state"]> {
  if (process !== undefined && isAlive(process)) return { is: "running" };
  if (power === "stopped") return { is: "off" };
  if (fault !== undefined) return { is: "down", reason: fault.message };
  if (process === undefined) return { is: "off" };
  if (process.bootId !== readBootId()) return { is: "down", reason: "the host was restarted" };
  const exit = explainExit(await readExitReport(directory));
  return exit === undefined ? { is: "off" } : { is: "down", reason: exit.message };
}

import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CPUStatSchema, SoftIRQStatSchema, SystemStatSchema } from "#gen/machine/system_pb.js";
import { tickSeconds, uint64 } from "./kernel-number.ts";
import { textLines, words } from "./text-lines.ts";

type CpuStatInit = MessageInitShape<typeof CPUStatSchema>;

/** More than any kernel is built for: bounds what a strange number makes of the list. */
const MAX_CPUS = 8192;

/** `/proc/stat`. What is missing is 0; a processor that is off is an empty element. */
export function parseSystemStat(text: string): MessageInitShape<typeof SystemStatSchema> {
  const rows = new Map(
    textLines(text).map((line) => {
      const [name = "", ...values] = words(line);
      return [name, values] as const;
    }),
  );
  const values = (name: string): readonly string[] => rows.get(name) ?? [];
  const first = (name: string): bigint => uint64(values(name)[0]);
  return {
    bootTime: first("btime"),
    cpuTotal: cpuStat(values("cpu")),
    cpu: byNumber(rows),
    irqTotal: first("intr"),
    irq: values("intr").slice(1).map(uint64),
    contextSwitches: first("ctxt"),
    processCreated: first("processes"),
    processRunning: first("procs_running"),
    processBlocked: first("procs_blocked"),
    softIrqTotal: first("softirq"),
    softIrq: softIrqStat(values("softirq").slice(1)),
  };
}

function byNumber(rows: ReadonlyMap<string, readonly string[]>): CpuStatInit[] {
  const cpus: CpuStatInit[] = [];
  for (const [name, values] of rows) {
    const number = Number(/^cpu(\d{1,5})$/.exec(name)?.[1]);
    if (!(number < MAX_CPUS)) continue;
    while (cpus.length <= number) cpus.push({});
    cpus[number] = cpuStat(values);
  }
  return cpus;
}

function cpuStat(values: readonly string[]): CpuStatInit {
  const [user, nice, system, idle, iowait, irq, softIrq, steal, guest, guestNice] =
    values.map(tickSeconds);
  return {
    user: user ?? 0,
    nice: nice ?? 0,
    system: system ?? 0,
    idle: idle ?? 0,
    iowait: iowait ?? 0,
    irq: irq ?? 0,
    softIrq: softIrq ?? 0,
    steal: steal ?? 0,
    guest: guest ?? 0,
    guestNice: guestNice ?? 0,
  };
}

function softIrqStat(values: readonly string[]): MessageInitShape<typeof SoftIRQStatSchema> {
  const at = (index: number): bigint => uint64(values[index]);
  return {
    hi: at(0),
    timer: at(1),
    netTx: at(2),
    netRx: at(3),
    block: at(4),
    blockIoPoll: at(5),
    tasklet: at(6),
    sched: at(7),
    hrtimer: at(8),
    rcu: at(9),
  };
}

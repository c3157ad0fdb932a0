import { type Clock, linkSignal, Problem } from "@signalbox/base";
import { type Command, Option } from "commander";
import { MachineService } from "#gen/machine/machine_pb.js";
import { RebootRequest_Mode } from "#gen/machine/power_pb.js";
import type { CliIo } from "../../../cli-io.ts";
import { ProgressLine } from "../../../output/progress-line.ts";
import { askNodes } from "./ask-nodes.ts";
import { addNodeCallCommand, type NodeCall } from "./node-call-command.ts";
import { addUnaryCommand } from "./unary-command.ts";
import { printReplies } from "./print-replies.ts";
import { pathOf } from "./path-of.ts";
import { RebootWatch } from "./reboot-watch.ts";

const { events, read, reboot, shutdown, version } = MachineService.method;

const MODES = {
  default: RebootRequest_Mode.DEFAULT,
  powercycle: RebootRequest_Mode.POWERCYCLE,
  force: RebootRequest_Mode.FORCE,
} as const;

interface RebootFlags {
  readonly wait?: boolean;
  readonly mode: keyof typeof MODES;
}

const COLUMNS = [
  { heading: "ACTOR", value: ({ actorId }: { readonly actorId: string }) => actorId },
];
const WAIT_MS = 5 * 60_000;

/** `signalbox node reboot` and `shutdown` */
export function addPowerCommands(node: Command, io: CliIo): void {
  addNodeCallCommand<RebootFlags>(node, io, {
    name: "reboot",
    summary: "restart machines",
    options: [
      new Option("--wait", "wait until they are back, showing how far they are (default: 5m)"),
      new Option("--mode <mode>", "how").choices(Object.keys(MODES)).default("default"),
    ],
    paths: ({ wait }) => [version, events, reboot, ...(wait === true ? [read] : [])].map(pathOf),
    run: async (call) => {
      if (call.flags.wait === true) return rebootAndWait(call, io);
      const { connection, flags } = call;
      const options = { timeoutMs: flags.timeout, signal: io.signal };
      const replies = await askNodes(connection, reboot, { mode: MODES[flags.mode] }, options);
      printReplies(call, reboot, COLUMNS, (reply) => [reply], replies);
    },
  });
  addUnaryCommand(node, io, {
    name: "shutdown",
    summary: "turn machines off; the server of one is stopped then",
    method: shutdown,
    options: [new Option("--force", "leave services no time")],
    request: (_args, { force = false }: { readonly force?: boolean }) => ({ force }),
    rows: (reply) => [reply],
    columns: COLUMNS,
  });
}

async function rebootAndWait(call: NodeCall<RebootFlags>, io: CliIo): Promise<void> {
  const { connection, flags, failed, print } = call;
  const { channel } = connection;
  const nodes = await machinesOf(call);
  const states = new Map<string, string>();
  using line = new ProgressLine(io);
  using limit = deadline(io.clock, flags.timeout ?? WAIT_MS, io.signal);
  const watch = async (node: string): Promise<void> => {
    const show = (text: string): void => {
      states.set(node, text);
      line.show(nodes.map((name) => `${name}: ${states.get(name) ?? "-"}`).join(", "));
    };
    const options = { mode: MODES[flags.mode], clock: io.clock, signal: limit.signal, show };
    try {
      await new RebootWatch(channel, node, options).run();
    } catch (error) {
      if (io.signal.aborted) throw io.signal.reason;
      const cause = limit.signal.aborted ? limit.signal.reason : error;
      failed(node, cause instanceof Error ? cause.message : String(cause));
    }
  };
  await Promise.all(nodes.map(watch));
  for (const node of nodes) if (states.get(node) === "back") print(`${node} is back`);
}

/** The machines behind names and selectors, each by the name that it answers with. */
async function machinesOf({
  connection,
  failed,
  io,
}: NodeCall<object>): Promise<readonly string[]> {
  const replies = await askNodes(connection, version, {}, { signal: io.signal });
  for (const answer of replies) if ("error" in answer) failed(answer.node, answer.error);
  const names = replies.flatMap((answer) => ("reply" in answer ? [answer.node] : []));
  return [...new Set(names)];
}

function deadline(clock: Clock, ms: number, signal: AbortSignal) {
  const linked = linkSignal(signal);
  const text = `not back within ${Math.round(ms / 1000)} s; --timeout gives it longer`;
  const cancel = clock.after(ms, () => linked.abort(new Problem("request_timeout", text)));
  return {
    signal: linked.signal,
    [Symbol.dispose]: () => {
      cancel();
      linked[Symbol.dispose]();
    },
  };
}

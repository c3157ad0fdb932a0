import { type Command, Option } from "commander";
import { EventSchema } from "#gen/machine/events_pb.js";
import { MachineService } from "#gen/machine/machine_pb.js";
import type { CliIo } from "../../../cli-io.ts";
import { parseCount } from "../../../options.ts";
import { followNodes } from "./follow-nodes.ts";
import { addNodeCallCommand } from "./node-call-command.ts";
import { OutputWriter } from "./output-writer.ts";
import { pathOf } from "./path-of.ts";
import { describeEvent } from "./read-event.ts";
import { type StreamColumn, StreamTable } from "./stream-table.ts";

const { events } = MachineService.method;

interface EventFlags {
  readonly tail?: number;
  readonly actor?: string;
}

interface ShownEvent {
  readonly id: string;
  readonly actorId: string;
  readonly type: string;
  readonly message: string;
}

const COLUMNS: readonly StreamColumn<ShownEvent>[] = [
  { heading: "ID", width: 20, value: ({ id }) => id },
  { heading: "EVENT", width: 18, value: ({ type }) => type },
  { heading: "ACTOR", width: 36, value: ({ actorId }) => actorId },
  { heading: "MESSAGE", width: 0, value: ({ message }) => message },
];

/** `signalbox node events` */
export function addEventCommand(node: Command, io: CliIo): void {
  addNodeCallCommand<EventFlags>(node, io, {
    name: "events",
    summary: "print what happens on machines, until Ctrl-C",
    options: [
      new Option("--tail <count>", "so many of the past ones first").argParser(parseCount),
      new Option("--actor <id>", "only what this order led to"),
    ],
    paths: () => [pathOf(events)],
    run: async ({ connection, flags, failed }) => {
      const { tail = 0, actor = "", timeout } = flags;
      const table = new StreamTable(COLUMNS, new OutputWriter(io), flags.output);
      const request = { tailEvents: tail, withActorId: actor };
      const options = { timeoutMs: timeout, signal: io.signal, isEndless: true };
      for await (const answer of followNodes(connection, events, request, options)) {
        if ("error" in answer) {
          failed(answer.node, answer.error);
          continue;
        }
        const text = describeEvent(answer.reply);
        if (text !== undefined)
          await table.row(answer.node, { ...answer.reply, ...text }, EventSchema);
      }
    },
  });
}

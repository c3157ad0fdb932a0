import { Problem } from "@signalbox/base";
import { Argument, type Command, Option } from "commander";
import { type DiskUsageInfo, type FileInfo, ListRequest_Type } from "#gen/machine/files_pb.js";
import { MachineService } from "#gen/machine/machine_pb.js";
import { goFileModeText } from "../../../../node-api/go-file-mode.ts";
import type { CliIo } from "../../../cli-io.ts";
import { cell } from "../../../output/cell.ts";
import { parseCount, repeatable } from "../../../options.ts";
import { bytesText } from "./amounts.ts";
import { followNode, followNodes } from "./follow-nodes.ts";
import { addNodeCallCommand, type NodeCall } from "./node-call-command.ts";
import type { NodeReply } from "./node-reply.ts";
import { onlyNode } from "./only-node.ts";
import { OutputWriter } from "./output-writer.ts";
import { pathOf } from "./path-of.ts";
import { type StreamColumn, StreamTable } from "./stream-table.ts";

const { diskUsage, list, read } = MachineService.method;

interface ListFlags {
  readonly recurse?: boolean;
  readonly depth?: number;
  readonly type?: readonly string[];
}

interface UsageFlags {
  readonly all?: boolean;
  readonly depth?: number;
}

const TYPES: Readonly<Record<string, ListRequest_Type>> = {
  f: ListRequest_Type.REGULAR,
  d: ListRequest_Type.DIRECTORY,
  l: ListRequest_Type.SYMLINK,
};

const LIST_COLUMNS: readonly StreamColumn<FileInfo>[] = [
  { heading: "MODE", width: 11, value: ({ mode }) => goFileModeText(mode) },
  { heading: "UID", width: 5, value: ({ uid }) => String(uid) },
  { heading: "GID", width: 5, value: ({ gid }) => String(gid) },
  { heading: "SIZE", width: 9, value: ({ size }) => bytesText(size) },
  {
    heading: "MODIFIED",
    width: 20,
    value: ({ modified }) => new Date(Number(modified) * 1000).toISOString().replace(".000Z", "Z"),
  },
  {
    heading: "NAME",
    width: 0,
    value: ({ relativeName, link }) => (link === "" ? relativeName : `${relativeName} -> ${link}`),
  },
];

const USAGE_COLUMNS: readonly StreamColumn<DiskUsageInfo>[] = [
  { heading: "SIZE", width: 9, value: ({ size }) => bytesText(size) },
  { heading: "NAME", width: 0, value: ({ name }) => name },
];

/** `signalbox node ls`, `usage`, `read` */
export function addFileCommands(node: Command, io: CliIo): void {
  addNodeCallCommand<ListFlags>(node, io, {
    name: "ls",
    summary: "list files",
    arguments: [new Argument("[path]", "where").default("/")],
    options: [
      new Option("-r, --recurse", "folders below it, too"),
      new Option("-d, --depth <levels>", "so many levels of them").argParser(parseCount),
      repeatable("-t, --type <kind>", "f, d or l: files, folders, links; may be repeated"),
    ],
    paths: () => [pathOf(list)],
    run: listFiles,
  });
  addNodeCallCommand<UsageFlags>(node, io, {
    name: "usage",
    summary: "show how much space folders take",
    arguments: [new Argument("[paths...]", "where").default(["/"])],
    options: [
      new Option("-a, --all", "files, too"),
      new Option("-d, --depth <levels>", "show so many levels").argParser(parseCount).default(1),
    ],
    paths: () => [pathOf(diskUsage)],
    run: showUsage,
  });
  addNodeCallCommand(node, io, {
    name: "read",
    summary: "print a file of one machine",
    arguments: [new Argument("<path>", "which")],
    paths: () => [pathOf(read)],
    run: readFile,
  });
}

async function listFiles({ connection, flags, args, io, failed }: NodeCall<ListFlags>) {
  const types = (flags.type ?? []).map((kind) => {
    const type = TYPES[kind];
    if (type === undefined) throw new Problem("invalid_request", `--type ${kind}: f, d or l`);
    return type;
  });
  const { recurse = false, depth = 0, timeout } = flags;
  const request = { root: args[0] ?? "/", recurse, recursionDepth: depth, types };
  const table = new StreamTable(LIST_COLUMNS, new OutputWriter(io), flags.output);
  const answers = followNodes(connection, list, request, { timeoutMs: timeout, signal: io.signal });
  await eachFile(answers, failed, (node, reply) => table.row(node, reply, list.output));
}

async function showUsage({ connection, flags, args, io, failed }: NodeCall<UsageFlags>) {
  const { all = false, depth = 1, timeout } = flags;
  const request = { paths: args.flat(), all, recursionDepth: depth };
  const table = new StreamTable(USAGE_COLUMNS, new OutputWriter(io), flags.output);
  const options = { timeoutMs: timeout, signal: io.signal };
  const answers = followNodes(connection, diskUsage, request, options);
  await eachFile(answers, failed, (node, reply) => table.row(node, reply, diskUsage.output));
}

interface AboutFile {
  readonly name: string;
  readonly error: string;
}

async function eachFile<T extends AboutFile>(
  answers: AsyncIterable<NodeReply<T>>,
  failed: NodeCall<object>["failed"],
  show: (node: string, reply: T) => Promise<void>,
): Promise<void> {
  for await (const answer of answers) {
    if ("error" in answer) failed(answer.node, answer.error);
    else if (answer.reply.error !== "") failed(answer.node, fileFault(answer.reply));
    else await show(answer.node, answer.reply);
  }
}

function fileFault({ name, error }: AboutFile): string {
  return error.includes(name) ? error : `${cell(name)}: ${error}`;
}

async function readFile({ connection, flags, args, io }: NodeCall<object>): Promise<void> {
  const output = new OutputWriter(io);
  const options = { timeoutMs: flags.timeout, signal: io.signal };
  const [path = ""] = args;
  const node = onlyNode(connection);
  for await (const { bytes } of followNode(connection.channel, node, read, { path }, options)) {
    await output.write(bytes);
  }
}

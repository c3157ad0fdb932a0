import type { GrpcStatus, Metadata, MetadataEntry } from "@signalbox/grpc";
import { codeName } from "@signalbox/grpc-proxy";
import { MAX_TEXT, MAX_VALUE, shortened } from "./shortened.ts";

/** What a line of the access log tells. */
export interface AccessFacts {
  /** `/machine.MachineService/Version` */
  readonly path: string;
  readonly status: GrpcStatus;
  readonly durationMs: number;
  readonly metadata: Metadata;
  /** Of the socket, whatever the metadata says. */
  readonly peer: string;
  /** Name of the caller; undefined when nobody knows who it was. */
  readonly caller: string | undefined;
  readonly roles: readonly string[];
  /** How many machines the call went to. */
  readonly nodes: number;
}

const HIDDEN = new Set(["token", "authorization"]);

/**
 * `OK [/machine.MachineService/Version] 1.204ms stream Success {by ann; roles os:reader;
 * nodes 3} (nodes=a,b,c;peer=127.0.0.1:40112)` (node-api §3.3).
 */
export function accessLine(facts: AccessFacts): string {
  const { path, status, durationMs, caller = "nobody", roles, nodes } = facts;
  const text = status.code === 0 ? "Success" : shortened(oneLine(status.message), MAX_TEXT);
  const annotations = `{by ${oneLine(caller)}; roles ${oneLine(roles.join(","))}; nodes ${nodes}}`;
  const duration = `${durationMs.toFixed(3)}ms`;
  return `${codeName(status.code)} [${shortened(path, MAX_VALUE)}] ${duration} stream ${text} ${annotations} (${fieldsOf(facts)})`;
}

function fieldsOf({ metadata, peer }: AccessFacts): string {
  const fields = new Map<string, string[]>();
  for (const [name, value] of metadata.entries()) put(fields, [name, value]);
  fields.set("peer", [peer]);
  return [...fields.keys()]
    .sort()
    .map((name) => `${name}=${valueOf(name, fields.get(name) ?? [])}`)
    .join(";");
}

function put(fields: Map<string, string[]>, [name, value]: MetadataEntry): void {
  const present = fields.get(name);
  if (present === undefined) fields.set(name, [value]);
  else present.push(value);
}

function valueOf(name: string, values: readonly string[]): string {
  return HIDDEN.has(name) ? "<hidden>" : shortened(oneLine(values.join(",")), MAX_VALUE);
}

/** A status's text may hold anything. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

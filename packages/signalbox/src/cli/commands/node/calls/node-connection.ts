import { readFileSync } from "node:fs";
import { Problem, systemRandom } from "@signalbox/base";
import { Channel } from "@signalbox/grpc";
import { parseListenAddress } from "../../../../config/listen-address.ts";
import type { NodeRole } from "../../../../node-api/node-role.ts";
import { rolesAllowed } from "../../../../node-api/rule-table.ts";
import type { CliIo } from "../../../cli-io.ts";
import { openSession } from "../../../client/open-session.ts";
import { certify } from "../certify.ts";
import type { ClientContext } from "../client-config.ts";
import type { NodeCallFlags } from "./node-call-flags.ts";
import { readClientContext } from "./read-client-context.ts";

/** The way to the node API, and the machines that are meant. */
export interface NodeConnection extends Disposable {
  readonly channel: Channel;
  readonly nodes: readonly string[];
}

const CONFIG_VARIABLES = ["SIGNALBOX_NODE_CONFIG", "TALOSCONFIG"] as const;
const DEFAULT_PORT = 50_000;
/** A certificate that one command uses is not good for long. */
const VALID_MS = 10 * 60_000;
/** From the smallest to the largest. */
const RANK: readonly NodeRole[] = ["os:reader", "os:operator", "os:admin"];

/**
 * Opens the node API as a client configuration says, or with a certificate that the daemon gives
 * for this command: of the smallest role that may call all of `paths`.
 *
 * @throws Problem that says what to give
 */
export async function connectNodes(
  flags: NodeCallFlags,
  paths: readonly string[],
  io: CliIo,
): Promise<NodeConnection> {
  const context = readContext(flags, io) ?? (await askDaemon(flags, paths, io));
  const nodes = flags.nodes ?? context.nodes;
  if (nodes.length === 0) {
    throw new Problem("invalid_request", "which machines? name them with --nodes, or all of them");
  }
  const { ca, certificate, key } = context;
  const material = { ca, cert: certificate, key };
  const channel = new Channel(endpointOf(context), {
    tls: { material: () => material },
    userAgent: "signalbox-cli",
    clock: io.clock,
    random: systemRandom,
  });
  return { channel, nodes, [Symbol.dispose]: () => channel.destroy() };
}

function readContext(flags: NodeCallFlags, io: CliIo): ClientContext | undefined {
  const variables = CONFIG_VARIABLES.map((name) => io.environment[name]);
  const path = flags.config ?? variables.find((value) => value !== undefined && value !== "");
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Problem("invalid_request", `${path} cannot be read`, { cause: error });
  }
  const context = readClientContext(text, flags.context);
  if (!context.ok) throw new Problem("invalid_request", `${path}: ${context.error}`);
  return context.value;
}

async function askDaemon(
  flags: NodeCallFlags,
  paths: readonly string[],
  io: CliIo,
): Promise<ClientContext> {
  const session = await openSession(flags, io);
  const role = RANK.find((rank) => paths.every((path) => rolesAllowed(path).includes(rank)));
  const order = { roles: [role ?? "os:admin"], validMs: VALID_MS };
  const { authority, endpoints, ...credential } = await certify(session, order);
  return { ...credential, ca: authority, endpoints, nodes: [] };
}

function endpointOf({ endpoints }: ClientContext): string {
  const [endpoint] = endpoints;
  if (endpoint === undefined) {
    throw new Problem("unavailable", "the daemon's node API is off (--listen-node)");
  }
  return parseListenAddress(endpoint).ok ? endpoint : `${endpoint}:${DEFAULT_PORT}`;
}

import { X509Certificate } from "node:crypto";
import { type Clock, Problem, systemRandom } from "@signalbox/base";
import type { Channel } from "@signalbox/grpc";
import { expiredAt } from "../../../../credentials/expired-at.ts";
import { leastRole } from "../../../../node-api/rule-table.ts";
import type { CliIo } from "../../../cli-io.ts";
import { openSession } from "../../../client/open-session.ts";
import { certify } from "../certify.ts";
import type { ClientContext } from "../client-config/client-config.ts";
import { endpointAddress } from "../client-config/endpoint-address.ts";
import { openClientContext } from "../client-config/open-client-context.ts";
import type { NodeCallFlags } from "./node-call-flags.ts";
import { openChannel } from "./open-channel.ts";

/** The way to the node API, and the machines that are meant. */
export interface NodeConnection extends Disposable {
  readonly channel: Channel;
  readonly nodes: readonly string[];
  /** Where the node API was looked for, for people. */
  readonly endpoints: string;
}

/** A certificate that one command uses is not good for long: for this, and its `--timeout`. */
const VALID_MS = 10 * 60_000;

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
  const own = openClientContext(flags, io.environment);
  if (own !== undefined) refuseExpired(own, io.clock);
  const context = own ?? (await askDaemon(flags, paths, io));
  const nodes = flags.nodes ?? context.nodes;
  if (nodes.length === 0) {
    throw new Problem("invalid_request", "which machines? name them with --nodes, or all of them");
  }
  const { ca, certificate, key } = context;
  const material = { ca, cert: certificate, key };
  const endpoints = endpointsOf(context);
  const channel = await openChannel(endpoints, {
    tls: { material: () => material },
    userAgent: "signalbox-cli",
    clock: io.clock,
    random: systemRandom,
    signal: io.signal,
  });
  return {
    channel,
    nodes,
    endpoints: endpoints.join(", "),
    [Symbol.dispose]: () => channel.destroy(),
  };
}

/** The daemon closes such a connection, and has no way to say why. */
function refuseExpired({ certificate }: ClientContext, clock: Clock): void {
  const end = endOf(certificate, clock);
  if (end === undefined) return;
  const text = `the certificate of the client configuration expired at ${end.toISOString()}; \`signalbox node config new\` writes another`;
  throw new Problem("unauthenticated", text);
}

/** Undefined also for what is no certificate: TLS itself complains of that. */
function endOf(certificate: string, clock: Clock): Date | undefined {
  try {
    return expiredAt(new X509Certificate(certificate), clock.now());
  } catch {
    return undefined;
  }
}

async function askDaemon(
  flags: NodeCallFlags,
  paths: readonly string[],
  io: CliIo,
): Promise<ClientContext> {
  const session = await openSession(flags, io);
  const order = { roles: [leastRole(paths)], validMs: VALID_MS + (flags.timeout ?? 0) };
  const { authority, endpoints, ...credential } = await certify(session, order);
  return { ...credential, ca: authority, endpoints, nodes: [] };
}

function endpointsOf({ endpoints }: ClientContext): readonly string[] {
  if (endpoints.length === 0) {
    throw new Problem("unavailable", "the daemon's node API is off (--listen-node)");
  }
  return endpoints.map(endpointAddress);
}

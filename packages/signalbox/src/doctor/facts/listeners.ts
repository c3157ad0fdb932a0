import { once } from "node:events";
import { createServer } from "node:net";
import { type ListenAddress, parseListenAddress } from "../../config/listen-address.ts";
import type { Config } from "../../config/schema.ts";
import type { ListenerFacts } from "../checks/listeners.ts";
import { findListeners } from "./socket-owners.ts";
import type { NameAccount } from "./accounts.ts";

export interface ListenersRequest {
  readonly listen: Config["listen"];
  /** The daemon's process, when one runs. */
  readonly daemonPid: number | undefined;
  /** Addresses that the running daemon has written down. */
  readonly endpoints: readonly string[];
  readonly nameAccount: NameAccount;
}

/** Tries each configured address by listening there for a moment. */
export async function readListeners(request: ListenersRequest): Promise<readonly ListenerFacts[]> {
  const facts: ListenerFacts[] = [];
  for (const [name, address] of Object.entries(request.listen)) {
    facts.push({ name, address, state: await stateOf(address, request) });
  }
  return facts;
}

async function stateOf(
  address: string,
  request: ListenersRequest,
): Promise<ListenerFacts["state"]> {
  if (address === "off") return { is: "off" };
  const parsed = parseListenAddress(address);
  if (!parsed.ok) return { is: "impossible", code: parsed.error };
  const code = await tryToListen(parsed.value);
  if (code === undefined) return { is: "free" };
  if (code !== "EADDRINUSE") return { is: "impossible", code };
  return takenState(address, parsed.value, request);
}

function takenState(
  address: string,
  { port }: ListenAddress,
  { daemonPid, endpoints, nameAccount }: ListenersRequest,
): ListenerFacts["state"] {
  const owners = findListeners(port, nameAccount);
  const isDaemons =
    daemonPid !== undefined &&
    (owners.some(({ pid }) => pid === daemonPid) ||
      endpoints.some((endpoint) => endpoint.endsWith(address)));
  if (isDaemons) return { is: "ours" };
  return { is: "taken", by: owners[0]?.text };
}

/** The system's code when nobody can listen there; undefined when one can. */
async function tryToListen({ host, port }: ListenAddress): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, "listening");
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "EIO";
  } finally {
    server.close();
  }
}

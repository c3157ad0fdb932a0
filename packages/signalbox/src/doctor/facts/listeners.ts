import { once } from "node:events";
import { createServer } from "node:net";
import { type ListenAddress, parseListenAddress } from "../../config/listen-address.ts";
import { CONFIG_OPTIONS } from "../../config/option.ts";
import type { Config } from "../../config/schema.ts";
import type { ListenerFacts } from "../checks/listeners.ts";
import { findListener } from "./socket-owners.ts";
import type { NameAccount } from "./accounts.ts";

export interface ListenersRequest {
  readonly listen: Config["listen"];
  /** The daemon's process, when one runs. */
  readonly daemonPid: number | undefined;
  /** What the daemon has written down: address or URL by listener. */
  readonly endpoints: Readonly<Record<string, unknown>>;
  readonly nameAccount: NameAccount;
}

/**
 * What the running daemon has written down, which may have been started with other options than the
 * ones given here; without one, each configured address is tried by listening there for a moment.
 */
export async function readListeners(request: ListenersRequest): Promise<readonly ListenerFacts[]> {
  const { listen, daemonPid, endpoints, nameAccount } = request;
  const facts: ListenerFacts[] = [];
  for (const [name, address] of Object.entries(listen)) {
    const endpoint = endpoints[name];
    const flag = CONFIG_OPTIONS.find(({ key }) => key === `listen.${name}`)?.flag ?? name;
    if (daemonPid !== undefined && typeof endpoint === "string") {
      facts.push({ name, flag, address: endpoint, state: { is: "ours" } });
    } else {
      facts.push({ name, flag, address, state: await stateOf(address, nameAccount) });
    }
  }
  return facts;
}

async function stateOf(address: string, nameAccount: NameAccount): Promise<ListenerFacts["state"]> {
  if (address === "off") return { is: "off" };
  const parsed = parseListenAddress(address);
  if (!parsed.ok) return { is: "impossible", code: parsed.error };
  const code = await tryToListen(parsed.value);
  if (code === undefined) return { is: "free" };
  if (code !== "EADDRINUSE") return { is: "impossible", code };
  return { is: "taken", by: findListener(parsed.value, nameAccount) };
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

import { Agent } from "node:http";
import type { JsonObject } from "@bufbuild/protobuf";
import { eventually, PATIENCE_MS } from "../../support/eventually.ts";
import { type Answer, request } from "./requester.ts";

const POLL_MS = 20;

/** One part of `/config_dump`, told apart by its `@type`. */
export type ConfigDumpPart = JsonObject & { readonly "@type": string };

/** An Envoy's admin listener. */
export class EnvoyAdmin {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true });

  /** @param port on loopback */
  constructor(port: number) {
    this.#port = port;
  }

  /** Waits until Envoy has its first configuration and serves. */
  async whenLive(): Promise<void> {
    const isLive = async (): Promise<true | undefined> => {
      const answer = await this.#get("/ready").catch(() => undefined);
      return answer?.status === 200 ? true : undefined;
    };
    await eventually("envoy to be live", PATIENCE_MS, isLive, POLL_MS);
  }

  /** `/config_dump` without endpoints and the secrets' content. */
  async configDump(): Promise<readonly ConfigDumpPart[]> {
    return parseConfigDump(await this.#text("/config_dump"));
  }

  /**
   * One list of the parts of `/config_dump`, as `dynamic_listeners`; a small part of the whole,
   * which names every extension of Envoy.
   */
  async dumpedList(name: string): Promise<readonly ConfigDumpPart[]> {
    const { status, body } = await this.#get(`/config_dump?resource=${name}`);
    // As of a list without entries.
    if (status === 404) return [];
    if (status !== 200) throw new Error(`${name}: ${status} ${body}`);
    return parseConfigDump(body);
  }

  /** The part of `/config_dump` of one kind, as `ClustersConfigDump`. */
  async dumpOf(kind: string): Promise<ConfigDumpPart> {
    const part = (await this.configDump()).find((of) => of["@type"].endsWith(`.${kind}`));
    if (part === undefined) throw new Error(`the config dump has no ${kind}`);
    return part;
  }

  /** Counters and gauges by name. */
  async stats(filter = ""): Promise<ReadonlyMap<string, number>> {
    const query = filter === "" ? "" : `&filter=${encodeURIComponent(filter)}`;
    const { stats } = (await this.#json(`/stats?format=json${query}`)) as {
      readonly stats: readonly { readonly name?: string; readonly value?: number }[];
    };
    return new Map(
      stats.flatMap(({ name, value }) => (name && value !== undefined ? [[name, value]] : [])),
    );
  }

  /** One counter or gauge; 0 where Envoy has not made it yet. */
  async stat(name: string): Promise<number> {
    return (await this.stats(`^${name.replaceAll(".", "\\.")}$`)).get(name) ?? 0;
  }

  /** Waits until a counter or gauge is as wished. */
  async whenStat(name: string, isWished: (value: number) => boolean): Promise<void> {
    const isSo = async (): Promise<true | undefined> =>
      isWished(await this.stat(name)) ? true : undefined;
    await eventually(`${name} of envoy`, PATIENCE_MS, isSo, POLL_MS);
  }

  /** `host:port` of the endpoints of each cluster. */
  async clusters(): Promise<ReadonlyMap<string, readonly string[]>> {
    const { cluster_statuses = [] } = (await this.#json("/clusters?format=json")) as ClustersJson;
    return new Map(
      cluster_statuses.map(({ name, host_statuses = [] }) => [
        name,
        host_statuses.map(
          ({ address: { socket_address: at } }) => `${at.address}:${at.port_value}`,
        ),
      ]),
    );
  }

  /** `host:port` that each listener is bound to. */
  async listeners(): Promise<ReadonlyMap<string, string>> {
    const { listener_statuses = [] } = (await this.#json(
      "/listeners?format=json",
    )) as ListenersJson;
    return new Map(
      listener_statuses.map(({ name, local_address: { socket_address: at } }) => [
        name,
        `${at.address}:${at.port_value}`,
      ]),
    );
  }

  /** The value of a runtime key in each layer, the bottom one first. */
  async runtime(key: string): Promise<readonly string[]> {
    const { entries } = (await this.#json("/runtime")) as RuntimeJson;
    return entries[key]?.layer_values ?? [];
  }

  async #json(path: string): Promise<unknown> {
    return JSON.parse(await this.#text(path));
  }

  async #text(path: string): Promise<string> {
    const { status, body } = await this.#get(path);
    if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
    return body;
  }

  #get(path: string): Promise<Answer> {
    return request(this.#port, { agent: this.#agent, path });
  }
}

function parseConfigDump(text: string): readonly ConfigDumpPart[] {
  const { configs = [] } = JSON.parse(text) as { readonly configs?: readonly ConfigDumpPart[] };
  return configs;
}

interface SocketAddressJson {
  readonly socket_address: { readonly address: string; readonly port_value: number };
}

interface ClustersJson {
  readonly cluster_statuses?: readonly {
    readonly name: string;
    readonly host_statuses?: readonly { readonly address: SocketAddressJson }[];
  }[];
}

interface ListenersJson {
  readonly listener_statuses?: readonly {
    readonly name: string;
    readonly local_address: SocketAddressJson;
  }[];
}

interface RuntimeJson {
  readonly entries: Readonly<Record<string, { readonly layer_values: readonly string[] }>>;
}

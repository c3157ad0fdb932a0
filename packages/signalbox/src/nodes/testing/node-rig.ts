import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { noMetrics, silentLog, systemClock, systemRandom } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { openSqliteStore, type Store } from "@signalbox/store";
import {
  type NodeCertificateAuthority,
  openNodeAuthority,
} from "../../authority/node-certificate-authority.ts";
import { RotatingCertificate } from "../../authority/rotating-certificate.ts";
import { KINDS, NETWORK, NODE_ENROLMENT, SERVER } from "../../model/kinds.ts";
import type { Tag } from "../../model/metadata.ts";
import { network, server, START } from "../../reconcilers/testing/fixtures.ts";
import { AllowedAddresses } from "../allowed-addresses.ts";
import { NodeApiServer, type NodeApiOptions } from "../node-api-server.ts";
import type { NodeAuditEvent } from "../node-audit-event.ts";
import type { TlsIdentity } from "../../credentials/tls-identity.ts";
import { directoryOf } from "../node-directory.ts";
import { JsNodeClient } from "./js-node-client.ts";
import { startAgentFleet } from "./agent-fleet.ts";
import type { FleetMember } from "./agent-fleet-program.ts";
import { TestAgent } from "./test-agent.ts";

const DAY_MS = 24 * 3_600_000;

export const ORGANIZATION_ID = "aaaaaaaa-0000-4000-8000-00000000000a";
export const PROJECT_ID = "aaaaaaaa-0000-4000-8000-00000000000b";
export const OTHER_PROJECT_ID = "aaaaaaaa-0000-4000-8000-00000000000c";

/** What a test says of a machine. */
export interface TestMachine {
  readonly id: string;
  readonly name: string;
  readonly networkId?: string;
  readonly projectId?: string;
  readonly privateIP?: string;
  readonly tags?: readonly Tag[];
}

/** A person's certificate. */
export interface TestPerson {
  readonly roles: readonly string[];
  readonly uris?: readonly string[];
  readonly usage?: "server" | "client";
  readonly name?: string;
  /** How long it is good for, in milliseconds. @default a day */
  readonly validMs?: number;
}

export type RigOptions = Partial<
  Pick<
    NodeApiOptions,
    "maxNodes" | "dropsDuplicates" | "channels" | "proxyLimits" | "clock" | "metrics"
  >
> & { readonly allow?: readonly string[] };

/** The node API over a real store, with real certificates, before agents in this process. */
export class NodeRig {
  readonly store: Store;
  readonly authority: NodeCertificateAuthority;
  readonly audited: NodeAuditEvent[] = [];
  readonly accessLines: string[] = [];
  readonly serverCertificate: RotatingCertificate;
  readonly clientCertificate: RotatingCertificate;
  readonly api: NodeApiServer;
  readonly audit = {
    /** False: nothing can be audited. */
    accepting: true,
    write: async (event: NodeAuditEvent): Promise<void> => void this.audited.push(event),
  };
  readonly #t: TestContext;
  readonly #agentAddresses = new Map<string, string>();
  #address = "";

  private constructor(
    t: TestContext,
    parts: Pick<NodeRig, "store" | "authority" | "serverCertificate" | "clientCertificate">,
    { allow = [], maxNodes = 2_000, dropsDuplicates = false, ...options }: RigOptions,
  ) {
    this.#t = t;
    this.store = parts.store;
    this.authority = parts.authority;
    this.serverCertificate = parts.serverCertificate;
    this.clientCertificate = parts.clientCertificate;
    this.api = new NodeApiServer({
      credentials: { server: parts.serverCertificate, client: parts.clientCertificate },
      directory: directoryOf(parts.store),
      agentAddress: ({ serverId }) => this.#agentAddresses.get(serverId),
      allowed: new AllowedAddresses(allow),
      maxNodes,
      dropsDuplicates,
      audit: this.audit,
      writeText: async (text) => this.accessLines.push(...text.trimEnd().split("\n")),
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      metrics: noMetrics,
      ...options,
    });
  }

  /** When the test is over, nothing may be left of the daemon's side. */
  static async use(t: TestContext, options: RigOptions = {}): Promise<NodeRig> {
    const folder = mkdtempSync(join(tmpdir(), "nodes-"));
    const deps = { clock: systemClock, log: silentLog };
    const directory = join(folder, "store");
    const store = await openSqliteStore({ ...deps, directory, kinds: KINDS });
    const keyFile = join(folder, "authority.key");
    const authority = await openNodeAuthority({
      store,
      keyFile,
      random: systemRandom,
      clock: systemClock,
    });
    const serverCertificate = await RotatingCertificate.start(
      () => ({ ...order("daemon", [], "server"), addresses: ["127.0.0.1"], names: ["localhost"] }),
      { ...deps, authority },
    );
    const clientCertificate = await RotatingCertificate.start(
      () => order("daemon", ["os:impersonator"], "client"),
      { ...deps, authority },
    );
    const parts = { store, authority, serverCertificate, clientCertificate };
    const rig = new NodeRig(t, parts, options);
    t.after(async () => {
      await rig.#close();
      serverCertificate.close();
      clientCertificate.close();
      await store.close();
      rmSync(folder, { recursive: true });
    });
    const { port } = await rig.api.listen({ port: 0 });
    rig.#address = `127.0.0.1:${port}`;
    return rig;
  }

  get address(): string {
    return this.#address;
  }

  get port(): number {
    return Number(this.#address.split(":")[1]);
  }

  /** Writes a machine that has enrolled, and its network. */
  async addMachine(machine: TestMachine): Promise<void> {
    const { id, name, projectId = PROJECT_ID, privateIP, tags = [] } = machine;
    const networkId = machine.networkId ?? network().metadata.id;
    const metadata = { name, projectId, tags };
    const held = privateIP && { allocation: { privateIP, macAddress: "02:00:00:00:00:01" } };
    const value = server(id, { metadata, networkId, ...held });
    const { incarnation } = value;
    await this.store.transact((tx) => {
      if (tx.get(NETWORK, networkId) === undefined) {
        const { metadata: plain, ...rest } = network(networkId);
        const named = { ...plain, name: `net-${networkId.slice(0, 4)}` };
        tx.create(NETWORK, networkId, { ...rest, metadata: named });
      }
      tx.create(SERVER, id, value);
      tx.create(NODE_ENROLMENT, id, {
        serverId: id,
        incarnation,
        organizationId: ORGANIZATION_ID,
        projectId,
        enrolledAt: START,
        serial: "01",
        notAfter: START,
        keyHash: "",
      });
    });
  }

  /** Machines whose agents live in one process of their own, as many machines do. */
  async addFleet(machines: readonly TestMachine[]): Promise<void> {
    const members: FleetMember[] = [];
    for (const { id, name } of machines) {
      members.push({ name, identity: await this.#agentIdentity(name, [id], []) });
    }
    const addresses = await startAgentFleet(this.#t, members);
    for (const [index, machine] of machines.entries()) {
      await this.addMachine(machine);
      this.reachAt(machine.id, addresses[index] ?? "");
    }
  }

  /** A machine with its agent. @param identity of the certificate; default its own */
  async addAgent(machine: TestMachine, identity = machine.id): Promise<TestAgent> {
    await this.addMachine(machine);
    const agent = await this.startAgent(machine.name, [identity]);
    this.reachAt(machine.id, agent.address);
    return agent;
  }

  async startAgent(
    name: string,
    names: readonly string[],
    addresses: readonly string[] = [],
  ): Promise<TestAgent> {
    const agent = await TestAgent.start(name, await this.#agentIdentity(name, names, addresses));
    this.#t.after(async () => {
      await agent.server.close();
      const { connections, calls, timers } = agent.server;
      assert.deepEqual({ connections, calls, timers }, { connections: 0, calls: 0, timers: 0 });
    });
    return agent;
  }

  async #agentIdentity(
    name: string,
    names: readonly string[],
    addresses: readonly string[],
  ): Promise<TlsIdentity> {
    const issued = await this.authority.issue({ ...order(name, [], "server"), names, addresses });
    const { certificatePem: cert, keyPem: key = "" } = issued;
    return { cert, key, ca: this.authority.certificatePem };
  }

  /** Says where the agent of a machine is dialled. */
  reachAt(serverId: string, address: string): void {
    this.#agentAddresses.set(serverId, address);
  }

  /** A client with a certificate of its own. */
  async clientFor(person: TestPerson): Promise<JsNodeClient> {
    return JsNodeClient.use(this.#t, this.#address, await this.certificateFor(person));
  }

  async certificateFor(person: TestPerson): Promise<TlsIdentity> {
    const { roles, uris = [], usage = "client", name = "someone", validMs = DAY_MS } = person;
    const { certificatePem: cert, keyPem: key = "" } = await this.authority.issue({
      ...order(name, roles, usage),
      uris,
      validMs,
    });
    return { cert, key, ca: this.authority.certificatePem };
  }

  /** The audit's next lines: one for each call that is over. */
  async auditOf(count: number): Promise<readonly NodeAuditEvent[]> {
    await until(() => this.audited.length >= count);
    return this.audited;
  }

  async #close(): Promise<void> {
    await this.api.close(1);
    const { held, channels } = this.api;
    assert.deepEqual(held, { calls: 0, connections: 0, streams: 0, timers: 0 });
    assert.deepEqual(channels, { kept: 0, closing: 0 });
  }
}

function order(commonName: string, organizations: readonly string[], usage: "server" | "client") {
  return {
    commonName,
    organizations,
    usage,
    names: [],
    addresses: [],
    uris: [],
    validMs: DAY_MS,
  };
}

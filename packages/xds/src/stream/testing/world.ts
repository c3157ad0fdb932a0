import assert from "node:assert/strict";
import { TYPE_URLS } from "../../resource/resource-types.ts";
import type { MutableTable } from "../../table/mutable-table.ts";
import type { TypeEdit } from "../../table/type-state.ts";
import type { Ordering, XdsStream } from "../xds-stream.ts";
import type { AnyAnswer, AnyRequest } from "../../wire/any-message.ts";
import { readDeltaAnswer, readSotwAnswer, testResource } from "./answers.ts";
import { Audit } from "./audit.ts";
import type { ClientModel } from "./client-model.ts";
import { isPoison } from "./client-model.ts";
import { DeltaClient } from "./delta-client.ts";
import type { MemoryPort } from "./memory-port.ts";
import { SotwClient } from "./sotw-client.ts";
import { StreamRig } from "./stream-rig.ts";

export const WORLD_TYPES: Readonly<Record<WorldType, string>> = {
  cluster: TYPE_URLS.cluster,
  endpoint: TYPE_URLS.endpoint,
  custom: "type.googleapis.com/test.Custom",
};

export type WorldType = "cluster" | "endpoint" | "custom";

/** One thing that happens. Clients are named by their place. */
export type Step =
  | {
      readonly op: "set";
      readonly type: WorldType;
      readonly name: string;
      readonly content: string;
    }
  | { readonly op: "delete"; readonly type: WorldType; readonly name: string }
  | { readonly op: "replace"; readonly type: WorldType; readonly names: readonly string[] }
  | { readonly op: "version"; readonly type: WorldType; readonly version: string }
  | { readonly op: "clear"; readonly type: WorldType }
  | {
      readonly op: "subscribe" | "unsubscribe" | "resubscribe";
      readonly client: number;
      readonly type: WorldType;
      readonly name: string;
    }
  | { readonly op: "legacy"; readonly client: number; readonly type: WorldType }
  | {
      readonly op: "reconnect";
      readonly client: number;
      readonly keepsState: boolean;
      /** To which of the servers. */
      readonly replica: number;
    }
  | { readonly op: "stall" | "drain"; readonly client: number }
  | { readonly op: "up" | "down"; readonly client: number }
  | { readonly op: "turn" };

export interface WorldOptions {
  readonly clients: readonly ("sotw" | "delta")[];
  readonly ordering: Ordering;
}

interface Connection {
  readonly kind: "sotw" | "delta";
  readonly model: ClientModel;
  readonly outbox: AnyRequest[];
  /** The server that it is connected to. */
  rig: StreamRig;
  open: Open;
  audit: Audit;
}

interface Open {
  readonly port: MemoryPort;
  readonly stream: {
    receive(request: AnyRequest): void;
    drained(): void;
    close(): void;
    type(typeUrl: string): ReturnType<XdsStream<AnyRequest, AnyAnswer>["type"]>;
  };
  readonly faults: readonly unknown[];
}

/**
 * Two servers of the same truth, clients of both protocols, and a wire between them that delivers
 * when told to. Every answer is held to the invariants of xds §7.3 the moment it leaves.
 */
export class World {
  readonly #rigs: readonly StreamRig[];
  readonly #connections: Connection[] = [];

  constructor({ clients, ordering }: WorldOptions) {
    this.#rigs = [new StreamRig({ ordering }), new StreamRig({ ordering })];
    for (const kind of clients) this.#connections.push(this.#connect(kind));
  }

  play(step: Step): void {
    switch (step.op) {
      case "set": {
        const { type, name, content } = step;
        const typeUrl = WORLD_TYPES[type];
        this.#edit(type, () => ({ set: [testResource(typeUrl, name, content)] }));
        return;
      }
      case "delete":
        this.#edit(step.type, () => ({ delete: [step.name] }));
        return;
      case "replace": {
        const typeUrl = WORLD_TYPES[step.type];
        this.#edit(step.type, () => ({
          replaceAll: step.names.map((name) => testResource(typeUrl, name, "replaced")),
        }));
        return;
      }
      case "version":
        this.#edit(step.type, () => ({ version: step.version }));
        return;
      case "clear":
        this.#write(step.type, (table) => table.become(undefined));
        return;
      case "turn":
        this.#turn();
        return;
      default:
        this.#playClient(step, this.#at(step.client));
    }
  }

  /** Faults stop, queues drain; then everyone must know the truth, and silence must reign. */
  async settle(): Promise<void> {
    for (const type of Object.keys(WORLD_TYPES)) this.#edit(type as WorldType, () => ({}));
    for (const connection of this.#connections) this.#unstall(connection);
    this.#exchange();
    await this.#pass(3_600_000);
    const written = this.#written();
    this.#exchange();
    await this.#pass(3_600_000);
    assert.equal(this.#written(), written, "I3: silence");
    for (const connection of this.#connections) this.#assertConverged(connection);
    for (const type of Object.values(WORLD_TYPES)) {
      const versions = this.#rigs.map(({ cache }) => cache.table(type).version);
      assert.equal(new Set(versions).size, 1, `one version of ${type} on all servers`);
    }
  }

  /** Everybody goes. Nothing may stay. */
  close(): void {
    for (const { open } of this.#connections) {
      open.stream.close();
      assert.deepEqual(open.faults, []);
    }
    for (const { audit } of this.#connections) audit.assertBytesKept();
    for (const rig of this.#rigs) {
      rig.close();
      assert.equal(rig.cache.leaseCount, 0, "I13: leases");
      assert.equal(rig.cache.watchCount, 0, "I13: watches");
      assert.equal(rig.clock.pending, 0, "I13: timers");
      assert.ok(rig.scheduler.isIdle);
    }
  }

  #turn(): void {
    for (const rig of this.#rigs) rig.turn();
  }

  async #pass(ms: number): Promise<void> {
    for (const rig of this.#rigs) await rig.pass(ms);
  }

  #playClient(step: Extract<Step, { readonly client: number }>, connection: Connection): void {
    const { model, open, outbox } = connection;
    switch (step.op) {
      case "subscribe":
        model.subscribe(WORLD_TYPES[step.type], step.name);
        return;
      case "unsubscribe":
        model.unsubscribe(WORLD_TYPES[step.type], step.name);
        return;
      case "resubscribe":
        model.resubscribe(WORLD_TYPES[step.type], step.name);
        return;
      case "legacy":
        if (step.type !== "endpoint") model.subscribeLegacy(WORLD_TYPES[step.type]);
        return;
      case "reconnect":
        this.#reconnect(connection, step.replica, step.keepsState);
        return;
      case "stall":
        open.port.isStalled = true;
        return;
      case "drain":
        this.#unstall(connection);
        return;
      case "up": {
        const request = outbox.shift();
        if (request !== undefined) this.#deliver(connection, request);
        return;
      }
      case "down":
        this.#read(connection);
        return;
    }
  }

  #edit(type: WorldType, edit: () => TypeEdit): void {
    this.#write(type, (table) => table.edit(edit()));
  }

  /** On every server, one after the other. */
  #write(type: WorldType, write: (table: MutableTable) => void): void {
    const typeUrl = WORLD_TYPES[type];
    for (const rig of this.#rigs) {
      const table = rig.cache.table(typeUrl);
      const { contents, version, isKnown } = table;
      write(table);
      const isSame = version === table.version && isKnown === table.isKnown;
      const changed = table.contents.changesSince(contents);
      if (isSame && changed.length === 0) continue;
      for (const connection of this.#connections) {
        if (connection.rig === rig) connection.audit.truthChanged(typeUrl, changed);
      }
    }
  }

  #connect(kind: "sotw" | "delta"): Connection {
    const outbox: AnyRequest[] = [];
    const send = (request: AnyRequest): void => void outbox.push(request);
    const model =
      kind === "sotw"
        ? new SotwClient((typeUrl) => typeUrl === WORLD_TYPES.cluster, send)
        : new DeltaClient(send);
    const rig = this.#rig(0);
    const audit = new Audit(rig, kind);
    return { kind, model, outbox, rig, open: this.#open(kind, rig, audit), audit };
  }

  #open(kind: "sotw" | "delta", rig: StreamRig, audit: Audit): Open {
    const opened = kind === "sotw" ? rig.sotw() : rig.delta();
    const stream = opened.stream as unknown as Open["stream"];
    opened.observe(audit.observer(stream, opened.port));
    return { port: opened.port, stream, faults: opened.heard.faults };
  }

  #reconnect(connection: Connection, replica: number, keepsState: boolean): void {
    connection.open.stream.close();
    connection.audit.assertBytesKept();
    connection.outbox.length = 0;
    connection.rig = this.#rig(replica);
    connection.audit = new Audit(connection.rig, connection.kind);
    connection.open = this.#open(connection.kind, connection.rig, connection.audit);
    connection.model.reconnected(keepsState);
  }

  #deliver({ audit, open, rig }: Connection, request: AnyRequest): void {
    rig.turn();
    audit.requested(request);
    open.stream.receive(request);
    if (!audit.takeStale() || audit.kind === "delta") return;
    const before = open.port.written.length;
    rig.turn();
    assert.equal(open.port.written.length, before, "I5: a stale request is not answered");
  }

  #read(connection: Connection): void {
    const message = connection.open.port.read();
    if (message === undefined) return;
    const decode = connection.kind === "sotw" ? readSotwAnswer : readDeltaAnswer;
    connection.model.receive(decode(message));
  }

  #unstall({ open }: Connection): void {
    if (!open.port.isStalled) return;
    open.port.isStalled = false;
    open.stream.drained();
  }

  /** Delivers everything, both ways, until nobody says anything any more. */
  #exchange(): void {
    for (let round = 0; round < 1000; round += 1) {
      this.#turn();
      let isQuiet = true;
      for (const connection of this.#connections) {
        for (const request of connection.outbox.splice(0)) {
          isQuiet = false;
          this.#deliver(connection, request);
        }
        isQuiet &&= connection.open.port.inbox.length === 0;
        while (connection.open.port.inbox.length > 0) this.#read(connection);
      }
      if (isQuiet) return;
    }
    assert.fail("I3: they never stop talking");
  }

  #written(): number {
    return this.#connections.reduce((sum, { open }) => sum + open.port.written.length, 0);
  }

  #at(index: number): Connection {
    const connection = this.#connections[index % this.#connections.length];
    assert.ok(connection !== undefined);
    return connection;
  }

  #rig(replica: number): StreamRig {
    const rig = this.#rigs[replica % this.#rigs.length];
    assert.ok(rig !== undefined);
    return rig;
  }

  #assertConverged({ model, kind, rig }: Connection): void {
    for (const typeUrl of Object.values(WORLD_TYPES)) {
      const table = rig.cache.table(typeUrl);
      const view = model.view(typeUrl);
      for (const resource of table.all()) {
        const [, content = ""] = JSON.parse(Buffer.from(resource.bytes).toString()) as string[];
        if (!model.wants(typeUrl, resource.name) || isPoison(content)) continue;
        assert.equal(view.get(resource.name), content, `I1: ${kind} ${typeUrl} ${resource.name}`);
      }
      for (const name of view.keys()) {
        assert.ok(model.wants(typeUrl, name), `I6: ${kind} holds ${name}, which it does not want`);
        const mayBeGone = kind === "sotw" && typeUrl !== WORLD_TYPES.cluster;
        assert.ok(mayBeGone || table.get(name) !== undefined, `I2: ${kind} ${typeUrl} ${name}`);
      }
      if (kind === "sotw") continue;
      for (const name of model.names(typeUrl)) {
        if (name.endsWith("*") || table.get(name) !== undefined) continue;
        assert.ok(model.absent(typeUrl).has(name), `I8: ${typeUrl} ${name} was not told`);
      }
    }
  }
}

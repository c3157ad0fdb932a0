import assert from "node:assert/strict";
import { TYPE_URLS } from "../../resource/resource-types.ts";
import type { InterestChange } from "../../subscription/interest.ts";
import type { AnyAnswer, AnyRequest } from "../dialect.ts";
import type { StreamObserver, SentEvent } from "../stream-observer.ts";
import type { Ordering, XdsStream } from "../xds-stream.ts";
import { readDeltaAnswer, readSotwAnswer, type SeenAnswer, testResource } from "./answers.ts";
import type { ClientModel } from "./client-model.ts";
import { isPoison } from "./client-model.ts";
import { DeltaClient } from "./delta-client.ts";
import type { MemoryPort } from "./memory-port.ts";
import { isGlobOf, SotwClient } from "./sotw-client.ts";
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
  | { readonly op: "reconnect"; readonly client: number; readonly keepsState: boolean }
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
 * A server, clients of both protocols, and a wire between them that delivers when told to. Every
 * answer is held to the invariants of xds §7.3 the moment it leaves.
 */
export class World {
  readonly rig: StreamRig;
  readonly #connections: Connection[] = [];

  constructor({ clients, ordering }: WorldOptions) {
    this.rig = new StreamRig({ ordering });
    for (const kind of clients) this.#connections.push(this.#connect(kind));
  }

  play(step: Step): void {
    switch (step.op) {
      case "set": {
        const { type, name, content } = step;
        const typeUrl = WORLD_TYPES[type];
        this.#edit(type, { set: [testResource(typeUrl, name, content)] });
        return;
      }
      case "delete":
        this.#edit(step.type, { delete: [step.name] });
        return;
      case "replace": {
        const typeUrl = WORLD_TYPES[step.type];
        const resources = step.names.map((name) => testResource(typeUrl, name, "replaced"));
        this.#edit(step.type, { replaceAll: resources });
        return;
      }
      case "version":
        this.#edit(step.type, { version: step.version });
        return;
      case "clear":
        this.rig.cache.table(WORLD_TYPES[step.type]).become(undefined);
        return;
      case "turn":
        this.rig.turn();
        return;
      default:
        this.#playClient(step, this.#at(step.client));
    }
  }

  /** Faults stop, queues drain; then everyone must know the truth, and silence must reign. */
  async settle(): Promise<void> {
    for (const type of Object.values(WORLD_TYPES)) this.rig.cache.table(type).edit({});
    for (const connection of this.#connections) this.#unstall(connection);
    this.#exchange();
    await this.rig.pass(3_600_000);
    const written = this.#written();
    this.#exchange();
    await this.rig.pass(3_600_000);
    assert.equal(this.#written(), written, "I3: silence");
    for (const connection of this.#connections) this.#assertConverged(connection);
  }

  /** Everybody goes. Nothing may stay. */
  close(): void {
    for (const { open } of this.#connections) {
      open.stream.close();
      assert.deepEqual(open.faults, []);
    }
    for (const { audit } of this.#connections) audit.assertBytesKept();
    this.rig.close();
    assert.equal(this.rig.cache.leaseCount, 0, "I13: leases");
    assert.equal(this.rig.cache.watchCount, 0, "I13: watches");
    assert.equal(this.rig.clock.pending, 0, "I13: timers");
    assert.ok(this.rig.scheduler.isIdle);
  }

  #playClient(step: Extract<Step, { readonly client: number }>, connection: Connection): void {
    const { model, open, outbox, audit } = connection;
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
        this.#reconnect(connection, step.keepsState);
        return;
      case "stall":
        open.port.isStalled = true;
        return;
      case "drain":
        this.#unstall(connection);
        return;
      case "up": {
        const request = outbox.shift();
        if (request !== undefined) this.#deliver(audit, open, request);
        return;
      }
      case "down":
        this.#read(connection);
        return;
    }
  }

  #edit(
    type: WorldType,
    edit: Parameters<ReturnType<StreamRig["cache"]["table"]>["edit"]>[0],
  ): void {
    const table = this.rig.cache.table(WORLD_TYPES[type]);
    const before = table.contents;
    table.edit(edit);
    const changed = table.contents.changesSince(before);
    for (const { audit } of this.#connections) audit.truthChanged(table.typeUrl, changed);
  }

  #connect(kind: "sotw" | "delta"): Connection {
    const outbox: AnyRequest[] = [];
    const send = (request: AnyRequest): void => void outbox.push(request);
    const model =
      kind === "sotw"
        ? new SotwClient((typeUrl) => typeUrl === WORLD_TYPES.cluster, send)
        : new DeltaClient(send);
    const audit = new Audit(this.rig, kind);
    return { kind, model, outbox, open: this.#open(kind, audit), audit };
  }

  #open(kind: "sotw" | "delta", audit: Audit): Open {
    const opened = kind === "sotw" ? this.rig.sotw() : this.rig.delta();
    const stream = opened.stream as unknown as Open["stream"];
    opened.observe(audit.observer(stream, opened.port));
    return { port: opened.port, stream, faults: opened.heard.faults };
  }

  #reconnect(connection: Connection, keepsState: boolean): void {
    connection.open.stream.close();
    connection.audit.assertBytesKept();
    connection.outbox.length = 0;
    connection.audit = new Audit(this.rig, connection.kind);
    connection.open = this.#open(connection.kind, connection.audit);
    connection.model.reconnected(keepsState);
  }

  #deliver(audit: Audit, open: Open, request: AnyRequest): void {
    this.rig.turn();
    audit.requested(request);
    open.stream.receive(request);
    if (!audit.takeStale() || audit.kind === "delta") return;
    const before = open.port.written.length;
    this.rig.turn();
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
      this.rig.turn();
      let isQuiet = true;
      for (const connection of this.#connections) {
        for (const request of connection.outbox.splice(0)) {
          isQuiet = false;
          this.#deliver(connection.audit, connection.open, request);
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

  #assertConverged({ model, kind }: Connection): void {
    for (const typeUrl of Object.values(WORLD_TYPES)) {
      const table = this.rig.cache.table(typeUrl);
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

const ALL = "*";

/** Holds one connection's answers to the invariants. */
class Audit {
  readonly kind: "sotw" | "delta";
  readonly #rig: StreamRig;
  readonly #awaited = new Map<string, number>();
  /** Why a name may be in the next answer of a type (I10). */
  readonly #reasons = new Map<string, Set<string>>();
  readonly #toldAbsent = new Map<string, Set<string>>();
  readonly #bytes: { readonly frame: Buffer; readonly copy: Buffer }[] = [];
  #lastNonce = 0;
  #isStale = false;

  constructor(rig: StreamRig, kind: "sotw" | "delta") {
    this.#rig = rig;
    this.kind = kind;
  }

  observer(stream: Open["stream"], port: MemoryPort): StreamObserver<AnyAnswer> {
    const settle = (typeUrl: string): void => void this.#awaited.set(typeUrl, 0);
    return {
      onAck: ({ typeUrl }) => settle(typeUrl),
      onNack: ({ typeUrl }) => settle(typeUrl),
      onStale: () => void (this.#isStale = true),
      onSubscriptionChange: (typeUrl, change) => this.#interestChanged(typeUrl, change),
      onSent: (event) => this.#sent(event, stream, port),
    };
  }

  takeStale(): boolean {
    const isStale = this.#isStale;
    this.#isStale = false;
    return isStale;
  }

  truthChanged(typeUrl: string, names: readonly string[]): void {
    for (const name of names) {
      this.#reason(typeUrl, name);
      const told = this.#told(typeUrl);
      told.delete(name);
      for (const glob of told) if (isGlobOf(glob, name)) told.delete(glob);
    }
  }

  /** A reconnecting client says what it has: what differs may be sent. */
  requested(request: AnyRequest): void {
    if (!("initialVersions" in request)) return;
    const versions = request.initialVersions as ReadonlyMap<string, string>;
    const table = this.#rig.cache.table(request.typeUrl);
    for (const { name, version } of table.all()) {
      if (versions.get(name) !== version && versions.size > 0) this.#reason(request.typeUrl, name);
    }
  }

  assertBytesKept(): void {
    for (const { frame, copy } of this.#bytes) assert.ok(frame.equals(copy), "I14: bytes changed");
  }

  #interestChanged(typeUrl: string, change: InterestChange): void {
    for (const name of [...change.asked, ...change.released]) {
      this.#reason(typeUrl, name);
      if (name.endsWith("/*")) this.#reason(typeUrl, ALL);
    }
    for (const name of [...change.asked, ...change.released, ...change.dropped]) {
      this.#told(typeUrl).delete(name);
    }
    if (change.wildcard === "gained") this.#reason(typeUrl, ALL);
  }

  #sent(event: SentEvent, stream: Open["stream"], port: MemoryPort): void {
    const { typeUrl, nonce } = event;
    const awaited = (this.#awaited.get(typeUrl) ?? 0) + 1;
    assert.equal(awaited, 1, `I4: one answer in flight of ${typeUrl}`);
    this.#awaited.set(typeUrl, awaited);
    assert.ok(Number(nonce) > this.#lastNonce, "I5: nonces grow");
    this.#lastNonce = Number(nonce);
    const frame = port.written.at(-1);
    assert.ok(frame !== undefined);
    this.#bytes.push({ frame, copy: Buffer.from(frame) });
    this.#assertNoJunk(event.answer, stream);
    if (this.kind === "delta") this.#assertMinimal(seenDelta(frame));
    else if (typeUrl === WORLD_TYPES.cluster) this.#assertFullState(event.answer, stream);
  }

  #assertNoJunk(answer: AnyAnswer, stream: Open["stream"]): void {
    const interest = stream.type(answer.typeUrl)?.interest;
    const names = answer.resources.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, "I6: no name twice");
    for (const { name, typeUrl } of answer.resources) {
      assert.equal(typeUrl, answer.typeUrl, "I6: one type");
      assert.ok(interest?.covers(name) === true, `I6: ${name} was not asked for`);
    }
  }

  #assertFullState(answer: AnyAnswer, stream: Open["stream"]): void {
    const interest = stream.type(answer.typeUrl)?.interest;
    const table = this.#rig.cache.table(answer.typeUrl);
    const sent = new Map(answer.resources.map(({ name, version }) => [name, version]));
    for (const { name, version } of table.all()) {
      if (interest?.covers(name) === true) assert.equal(sent.get(name), version, `I9: ${name}`);
      sent.delete(name);
    }
    // Make-before-break keeps what is gone for one more answer.
    if (this.#rig.ordering !== "makeBeforeBreak") assert.equal(sent.size, 0, "I9: nothing else");
  }

  #assertMinimal({ typeUrl, resources, removed }: SeenAnswer): void {
    const reasons = this.#reasons.get(typeUrl) ?? new Set();
    const told = this.#told(typeUrl);
    for (const { name } of resources) {
      assert.ok(reasons.has(ALL) || reasons.has(name), `I10: no reason to send ${name}`);
      assert.ok(!removed.includes(name), "I6: not sent and removed at once");
      told.delete(name);
    }
    for (const name of removed) {
      assert.ok(!told.has(name), `I8: ${name} was told to be absent twice`);
      told.add(name);
    }
    this.#reasons.delete(typeUrl);
  }

  #reason(typeUrl: string, name: string): void {
    const reasons = this.#reasons.get(typeUrl) ?? new Set();
    reasons.add(name);
    this.#reasons.set(typeUrl, reasons);
  }

  #told(typeUrl: string): Set<string> {
    const told = this.#toldAbsent.get(typeUrl) ?? new Set();
    this.#toldAbsent.set(typeUrl, told);
    return told;
  }
}

function seenDelta(frame: Buffer): SeenAnswer {
  return readDeltaAnswer(frame.subarray(5));
}

import assert from "node:assert/strict";
import type { DeltaRequest } from "../../wire/delta-request.ts";
import type { SotwRequest } from "../../wire/sotw-request.ts";
import type { Node } from "../../wire/node.ts";
import { readDeltaAnswer, readSotwAnswer, type SeenAnswer } from "./answers.ts";
import type { ClientModel } from "./client-model.ts";
import { DeltaClient } from "./delta-client.ts";
import type { MemoryPort } from "./memory-port.ts";
import { SotwClient } from "./sotw-client.ts";
import type { Heard, StreamRig } from "./stream-rig.ts";

/** A client model on a stream of its own, whose wire delivers one message at a time. */
export interface Party {
  readonly model: ClientModel;
  readonly port: MemoryPort;
  readonly heard: Heard;
  /** What the client has said and the server has not heard. */
  readonly waiting: readonly { readonly typeUrl: string }[];
  /** The server hears the next request. @returns false when there is none */
  up(): boolean;
  /** The client reads the next answer. */
  down(): SeenAnswer | undefined;
  /** The last request waits behind those that came after `count` others. */
  postpone(count: number): void;
  close(): void;
}

export interface PartyOptions {
  readonly node?: Partial<Node>;
  readonly isFullState?: (typeUrl: string) => boolean;
}

export function joinParty(
  rig: StreamRig,
  kind: "sotw" | "delta",
  options: PartyOptions = {},
): Party {
  const node = options.node ?? {};
  if (kind === "delta") {
    const { stream, port, heard } = rig.delta({ node });
    const outbox: DeltaRequest[] = [];
    const model = new DeltaClient((request) => void outbox.push(request));
    return party(model, port, heard, outbox, stream, readDeltaAnswer);
  }
  const { stream, port, heard } = rig.sotw({ node });
  const outbox: SotwRequest[] = [];
  const isFullState = options.isFullState ?? (() => false);
  const model = new SotwClient(isFullState, (request) => void outbox.push(request));
  return party(model, port, heard, outbox, stream, readSotwAnswer);
}

function party<Request extends { readonly typeUrl: string }>(
  model: ClientModel,
  port: MemoryPort,
  heard: Heard,
  outbox: Request[],
  stream: { receive(request: Request): void; close(): void },
  decode: (message: Uint8Array) => SeenAnswer,
): Party {
  return {
    model,
    port,
    heard,
    waiting: outbox,
    up: () => {
      const request = outbox.shift();
      if (request !== undefined) stream.receive(request);
      return request !== undefined;
    },
    down: () => {
      const message = port.read();
      if (message === undefined) return undefined;
      const answer = decode(message);
      model.receive(answer);
      return answer;
    },
    postpone: (index) => {
      const [request] = outbox.splice(index, 1);
      if (request !== undefined) outbox.push(request);
    },
    close: () => stream.close(),
  };
}

/** Delivers everything, both ways, until nobody says anything any more. */
export function talkItOut(rig: StreamRig, parties: readonly Party[]): void {
  for (let round = 0; round < 500; round += 1) {
    rig.turn();
    let isQuiet = true;
    for (const one of parties) {
      while (one.up()) isQuiet = false;
      while (one.down() !== undefined) isQuiet = false;
    }
    if (isQuiet) return;
  }
  assert.fail("I3: they never stop talking");
}

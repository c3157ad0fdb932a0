import type { Refusal, StreamInfo } from "@signalbox/xds";

/** An answer that a client refused, as it is remembered. */
export interface RememberedRefusal {
  /** Wall-clock time, milliseconds since the epoch. */
  readonly at: number;
  readonly streamId: number;
  readonly nodeId: string;
  /** The group that served the node then. */
  readonly groupId: string;
  readonly typeUrl: string;
  readonly version: string;
  /** Names of the resources in the answer, the first of them. */
  readonly resources: readonly string[];
  readonly code: number;
  readonly message: string;
}

const MAX_REFUSALS = 1_000;
const MAX_NAMES = 20;
const MAX_MESSAGE_CHARACTERS = 4_096;

/** The last refusals of all clients; older ones are in the log. */
export class RefusalLog {
  readonly #refusals: RememberedRefusal[] = [];

  add({ id, node }: StreamInfo, groupId: string, refusal: Refusal, at: number): void {
    const { typeUrl, version, resources, error } = refusal;
    this.#refusals.push({
      at,
      streamId: id,
      nodeId: node?.id ?? "",
      groupId,
      typeUrl,
      version,
      resources: resources.slice(0, MAX_NAMES),
      code: error.code,
      message: error.message.slice(0, MAX_MESSAGE_CHARACTERS),
    });
    if (this.#refusals.length > MAX_REFUSALS) this.#refusals.shift();
  }

  /** Oldest first. */
  all(): readonly RememberedRefusal[] {
    return this.#refusals;
  }
}

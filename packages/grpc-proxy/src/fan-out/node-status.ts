import { Metadata, type StatusCode } from "@signalbox/grpc";

/** In the request: the caller wants to know each node's status. In the trailers: there it is. */
export const NODE_STATUS = "node-status";

/** How a node's part of a call ended. */
export interface NodeOutcome {
  readonly name: string;
  readonly code: StatusCode;
}

/** True when the caller asks for the trailer, with whatever value. */
export function wantsNodeStatus(metadata: Metadata): boolean {
  return metadata.get(NODE_STATUS) !== undefined;
}

/**
 * One field a node, in the order of the request: `node-status: 10.0.0.1 0`. Spaces and whatever
 * cannot stand in a header are percent-encoded in the name.
 */
export function nodeStatusTrailers(outcomes: readonly NodeOutcome[]): Metadata {
  return Metadata.of(
    outcomes.map(({ name, code }) => [NODE_STATUS, `${encodeName(name)} ${code}`] as const),
  );
}

function encodeName(name: string): string {
  return name
    .toWellFormed()
    .replace(/[^!-~]|[%,]/gu, (letter) =>
      Buffer.from(letter).reduce((text, byte) => text + percent(byte), ""),
    );
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

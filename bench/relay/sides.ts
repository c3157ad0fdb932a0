import type { Fields } from "./caller.ts";
import { RelayProcess } from "./forked.ts";
import type { RelayKind } from "./sample.ts";

/** Who is called: a relay, or the machine itself. */
export type SideName = RelayKind | "direct";

export interface Side {
  readonly name: SideName;
  readonly address: string;
  /** Says where a relay sends the call. */
  readonly fields: Fields;
  /** The relay's CPU time so far; of a machine that is called itself, none. */
  cpuUs(): Promise<number>;
}

/** All three relays before one machine, and the machine itself. */
export async function startSides(
  stack: DisposableStack,
  machine: string,
): Promise<readonly Side[]> {
  const relays = await Promise.all(
    (["ours", "bare", "grpc-js"] as const).map((kind) =>
      startRelay(stack, kind, { node: machine }),
    ),
  );
  const direct: Side = { name: "direct", address: machine, fields: {}, cpuUs: async () => 0 };
  return [...relays, direct];
}

export async function startRelay(
  stack: DisposableStack,
  kind: RelayKind,
  fields: Fields,
): Promise<Side> {
  const relay = stack.use(new RelayProcess(kind));
  const { port } = await relay.next();
  const cpuUs = async (): Promise<number> => (await relay.tell({ collect: false })).cpuUs;
  return { name: kind, address: `127.0.0.1:${port}`, fields, cpuUs };
}

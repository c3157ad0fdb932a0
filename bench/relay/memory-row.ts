import { systemClock } from "@signalbox/base";
import { encodeFrame } from "@signalbox/grpc";
import type { BenchRow } from "../bench-row.ts";
import { Caller } from "./caller.ts";
import { Machines, RelayProcess } from "./forked.ts";
import type { RelayKind } from "./sample.ts";

const STREAMS = 1_000;
const CLIENT_WINDOW_BYTES = 65_535;
/** Until nothing grows any more. */
const SETTLE_MS = 3_000;
const REQUEST = encodeFrame(Buffer.alloc(0)).bytes;

/** What a relay holds for streams that machines fill and whose client does not read. */
export async function memoryRow(): Promise<BenchRow> {
  const ours = await grownMb("ours");
  const bare = await grownMb("bare");
  const grpcJs = await grownMb("grpc-js");
  const others = `bare ${bare.toFixed(0)} MB, grpc-js ${grpcJs.toFixed(0)} MB`;
  return {
    name: `proxy: memory of ${STREAMS} streams with a client that does not read, beside bare node:http2`,
    value: ours / bare,
    unit: "ratio",
    budget: { atMost: 1.25 },
    detail: `resident; ours ${ours.toFixed(0)} MB, ${others}; one connection each side, the machine writes all that is taken, stream windows of 256 KiB`,
  };
}

async function grownMb(kind: RelayKind): Promise<number> {
  using machines = new Machines(1);
  const [node = ""] = (await machines.next()).prompt;
  using relay = new RelayProcess(kind);
  const { port } = await relay.next();
  using caller = await Caller.connect(`127.0.0.1:${port}`, CLIENT_WINDOW_BYTES);
  const before = await relay.tell({ collect: true });
  await Promise.all(Array.from({ length: STREAMS }, () => caller.follow({ node }, REQUEST)));
  await systemClock.sleep(SETTLE_MS);
  return (await relay.tell({ collect: true })).rssMb - before.rssMb;
}

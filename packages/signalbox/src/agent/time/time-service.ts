import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { Problem } from "@signalbox/base";
import { serviceOf, type TypedService } from "@signalbox/grpc";
import { type TimeResponseSchema, TimeService } from "#gen/time/time_pb.js";
import { compareTime, type NtpClientDeps } from "./ntp-client.ts";

export interface TimeServiceOptions {
  /** Asked when a client names none. @default "time.cloudflare.com" */
  readonly defaultServer?: string;
}

const DEFAULT_SERVER = "time.cloudflare.com";
const NANOS_PER_SECOND = 1_000_000_000n;

/** Compares the machine's clock with a time server's (node-api §4.2). */
export function createTimeService(
  deps: NtpClientDeps,
  { defaultServer = DEFAULT_SERVER }: TimeServiceOptions = {},
): TypedService {
  const check = async (
    server: string,
    signal: AbortSignal,
  ): Promise<MessageInitShape<typeof TimeResponseSchema>> => {
    if (server === "") throw new Problem("invalid_request", "no time server is given");
    const { localNs, remoteNs } = await compareTime(server, deps, signal);
    const localtime = timestampOf(localNs);
    return { messages: [{ server, localtime, remotetime: timestampOf(remoteNs) }] };
  };
  return serviceOf(TimeService, {
    time: (_request, { signal }) => check(defaultServer, signal),
    timeCheck: ({ server }, { signal }) => check(server, signal),
  });
}

function timestampOf(ns: bigint): Pick<Timestamp, "seconds" | "nanos"> {
  return { seconds: ns / NANOS_PER_SECOND, nanos: Number(ns % NANOS_PER_SECOND) };
}

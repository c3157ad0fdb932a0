import { type Agent, request } from "node:http";
import { systemClock as clock } from "@signalbox/base";

export interface Call {
  readonly url: string;
  readonly authorization: string;
  readonly agent?: Agent;
  /** The address that it comes from. */
  readonly localAddress?: string;
}

export interface TimedAnswer {
  readonly status: number;
  readonly ms: number;
}

/** One GET, and how long its answer took to its end. */
export function timedCall({ url, authorization, ...from }: Call): Promise<TimedAnswer> {
  const startedMs = clock.monotonic();
  return new Promise((resolve, reject) => {
    request(url, { headers: { authorization }, ...from }, (response) => {
      response.resume().once("end", () => {
        resolve({ status: response.statusCode ?? 0, ms: clock.monotonic() - startedMs });
      });
    })
      .once("error", reject)
      .end();
  });
}

/** HTTP Basic's header. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

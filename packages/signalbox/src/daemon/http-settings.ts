import type { HttpServerOptions, Limits, TlsOptions } from "@signalbox/http";
import { byteSize } from "../config/byte-size.ts";
import { durationMs } from "../config/duration.ts";
import type { Config } from "../config/schema.ts";
import type { TlsTexts } from "./tls-files.ts";

/** Requests that a caller may make at once, for each one a second in the long run. */
const BURST = 2;

/** The part of the REST server's options that the configuration decides. */
export function httpSettings(
  { http, shutdown }: Config,
  tls: TlsTexts | undefined,
): Pick<HttpServerOptions<never>, "limits" | "cors" | "tls" | "trustedProxies"> {
  const limits: Partial<Limits> = {
    bodyBytes: byteSize(http.maxBody),
    headerBytes: byteSize(http.maxHeaders),
    urlBytes: byteSize(http.maxUrl),
    headersTimeoutMs: durationMs(http.headersTimeout),
    receiveTimeoutMs: durationMs(http.receiveTimeout),
    sendTimeoutMs: durationMs(http.sendTimeout),
    requestTimeoutMs: durationMs(http.requestTimeout),
    connections: http.maxConnections,
    inFlight: http.maxInFlight,
    callerInFlight: http.maxCallerInFlight,
    addressRate: { perSecond: http.addressRate, burst: http.addressRate * BURST },
    callerRate: { perSecond: http.callerRate, burst: http.callerRate * BURST },
    drainTimeoutMs: durationMs(shutdown.grace),
  };
  return {
    limits,
    cors: {
      allowOrigins: http.corsOrigins,
      maxAgeSeconds: Math.floor(durationMs(http.corsMaxAge) / 1000),
    },
    trustedProxies: http.trustedProxies,
    ...(tls === undefined ? {} : { tls: restTls(tls) }),
  };
}

/** What the REST server shows, and whom it trusts. */
export function restTls({ certificate, key, clientCa }: TlsTexts): TlsOptions {
  return { cert: certificate, key, ...(clientCa === undefined ? {} : { clientCa }) };
}

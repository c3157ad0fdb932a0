import type { Metrics } from "@signalbox/base";
import { createGrpcServer, type ListenAddress, type ListenOptions, Router } from "@signalbox/grpc";
import { ENROLMENT_NAME } from "../../credentials/enrolment-name.ts";
import type { NodeCertificateAuthority } from "../node-certificate-authority.ts";
import type { TlsIdentity } from "../../credentials/tls-identity.ts";
import { RotatingCertificate } from "../rotating-certificate.ts";
import { type EnrolmentLimitOptions, createEnrolmentLimit } from "./enrolment-limits.ts";
import { createEnrolmentMetrics } from "./enrolment-metrics.ts";
import { enrolmentService, type EnrolmentServiceDeps, tooOften } from "./enrolment-service.ts";

export interface EnrolmentListenerOptions extends Omit<EnrolmentServiceDeps, "metrics" | "limit"> {
  readonly metrics: Metrics;
  readonly authority: NodeCertificateAuthority;
  /** How long the listener's own certificate is valid. */
  readonly validMs: number;
  readonly limits: EnrolmentLimitOptions;
}

/** Requests are some 2 KB and answered at once: nobody needs much of this listener. */
const SERVER_LIMITS = {
  maxConnections: 4_000,
  maxConnectionsPerAddress: 200,
  maxConcurrentStreams: 4,
  maxMessageBytes: 64 * 1024,
  maxHeaderListBytes: 16 * 1024,
  streamWindowBytes: 65_535,
  connectionWindowBytes: 65_535,
  sessionMemoryMb: 1,
  firstRequestTimeoutMs: 10_000,
};

const SERVER_TIMES = { maxIdleMs: 10_000, maxAgeMs: 60_000, maxAgeGraceMs: 10_000 };

export interface EnrolmentListener {
  listen(address: ListenOptions): Promise<ListenAddress>;
  /** What is open now; a leak check for teardowns. */
  readonly held: { readonly connections: number; readonly calls: number };
  close(graceMs: number): Promise<void>;
}

/**
 * The listener where machines get their certificates: TLS without client certificates, since they
 * have none yet, and the root in the chain, by which a machine knows whom it talks to.
 */
export async function createEnrolmentListener(
  options: EnrolmentListenerOptions,
): Promise<EnrolmentListener> {
  const { authority, clock, log, random, metrics, validMs } = options;
  const order = {
    commonName: ENROLMENT_NAME,
    organizations: [],
    names: [ENROLMENT_NAME],
    addresses: [],
    uris: [],
    usage: "server" as const,
    validMs,
  };
  const certificate = await RotatingCertificate.start(() => order, { authority, clock, log });
  const material = ({ cert, key }: TlsIdentity): { cert: string; key: string } => ({
    cert: cert + authority.signingPem,
    key,
  });
  const limit = createEnrolmentLimit(clock, options.limits);
  const counted = createEnrolmentMetrics(metrics);
  const server = createGrpcServer({
    router: new Router({ services: [enrolmentService({ ...options, limit, metrics: counted })] }),
    tls: material(certificate.current()),
    limits: SERVER_LIMITS,
    times: SERVER_TIMES,
    authorize: ({ peer }) => {
      const ms = limit.ofAddress(peer.address);
      if (ms === 0) return undefined;
      // Counted, and not one by one in the audit log: a flood is to cost nothing.
      counted.limited();
      return tooOften(ms).status;
    },
    clock,
    random,
    log,
  });
  const unhook = certificate.onChange((identity) => server.setTls(material(identity)));
  return {
    listen: (address) => server.listen(address),
    get held() {
      return { connections: server.connections, calls: server.calls };
    },
    close: async (graceMs) => {
      unhook();
      certificate.close();
      await server.drain(graceMs);
    },
  };
}

import { createLog, noMetrics, Problem, type Random, systemRandom } from "@signalbox/base";
import type { AuditEvent } from "@signalbox/http";
import { createResource } from "@signalbox/store";
import type { Scope } from "@signalbox/testing";
import { SERVER } from "../../model/kinds.ts";
import type { Server } from "../../model/server.ts";
import { Enroller } from "../enrolment/enroller.ts";
import {
  createEnrolmentListener,
  type EnrolmentListener,
} from "../enrolment/enrolment-listener.ts";
import { ENROLMENT_LIMITS, type EnrolmentLimitOptions } from "../enrolment/enrolment-limits.ts";
import { createJoinTokens, type JoinTokens } from "../enrolment/join-tokens.ts";
import { type AuthorityFixture, createAuthorityFixture } from "./authority-fixture.ts";

export const HOUR_MS = 3_600_000;

export interface EnrolmentRig extends AuthorityFixture {
  readonly tokens: JoinTokens;
  readonly enroller: Enroller;
  readonly audited: readonly AuditEvent[];
  /** Next events that cannot be written. */
  readonly lost: { events: number };
  /** Every line of the log, as text. */
  readonly logged: readonly string[];
  readonly listener: EnrolmentListener;
  readonly address: { readonly host: string; readonly port: number };
  readonly random: Random;
}

export const RIG_TIMES = { tokenMs: HOUR_MS, machineMs: 24 * HOUR_MS };

/** A daemon's enrolment: authority, store and a listener of its own. */
export async function createEnrolmentRig(
  t: Scope,
  limits: EnrolmentLimitOptions = ENROLMENT_LIMITS,
): Promise<EnrolmentRig> {
  const fixture = await createAuthorityFixture(t);
  const { authority, store, clock } = fixture;
  const random = systemRandom;
  const audited: AuditEvent[] = [];
  const lost = { events: 0 };
  const logged: string[] = [];
  const log = createLog({
    level: "trace",
    destination: { write: (line) => void logged.push(line) },
  });
  const audit = {
    accepting: true,
    write: async (event: AuditEvent) => {
      if (lost.events-- > 0) throw new Problem("unavailable", "the audit log cannot be written");
      audited.push(event);
    },
  };
  const tokens = createJoinTokens({
    store,
    authority,
    clock,
    random,
    lifetimeMs: RIG_TIMES.tokenMs,
  });
  const reserved = () => ({ names: ["control"], addresses: ["10.9.9.9"] });
  const enroller = new Enroller({
    store,
    authority,
    clock,
    validMs: RIG_TIMES.machineMs,
    reserved,
  });
  const metrics = noMetrics;
  const common = { authority, enroller, audit, clock, random, log, metrics, limits };
  const listener = await createEnrolmentListener({ ...common, validMs: 24 * HOUR_MS });
  const address = await listener.listen({ host: "127.0.0.1", port: 0 });
  t.after(() => listener.close(1));
  return { ...fixture, tokens, enroller, audited, lost, logged, listener, address, random };
}

/** A server in the store, as the API and the reconciler leave it. */
export async function addServer(
  { store, random }: Pick<EnrolmentRig, "store" | "random">,
  changes: { readonly name?: string; readonly id?: string; readonly privateIP?: string } = {},
): Promise<Server> {
  const id = changes.id ?? random.uuid();
  const server: Server = {
    metadata: {
      id,
      name: changes.name ?? "web",
      organizationId: random.uuid(),
      projectId: random.uuid(),
      tags: [],
      createdAt: "2026-01-01T00:00:00Z",
      createdBy: "test",
      finalizers: [],
      generation: 1,
      conditions: [],
    },
    regionId: random.uuid(),
    networkId: random.uuid(),
    incarnation: random.uuid(),
    spec: { flavorId: "f", imageId: "i", networking: {}, sshInjection: "none" },
    power: { desired: "running" },
    allocation: { privateIP: changes.privateIP ?? "10.0.0.5", macAddress: "52:54:00:00:00:01" },
    status: { createFailures: 0 },
  };
  await createResource(store, SERVER, id, server);
  return server;
}

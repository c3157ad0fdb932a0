import type { Finding } from "../../../doctor/finding.ts";
import { type ApiResource, textAt } from "../../resources/api-resource.ts";
import type { HealthReport, HealthRow } from "./health-report.ts";
import { type Sample, sampleValue } from "./parse-metrics.ts";
import { imageTroubles } from "./image-troubles.ts";
import { nodeTroubles } from "./node-troubles.ts";
import { serverTroubles } from "./server-troubles.ts";
import type { StatusFacts } from "./status-facts.ts";
import type { Trouble } from "./trouble.ts";

/** Everything that an operator wants to see first. */
export interface StatusReport {
  readonly verdict: "well" | "degraded" | "not ready" | "stopping" | "not reachable";
  readonly url?: string;
  readonly version?: string;
  readonly startedTime?: string;
  /** Why the daemon could not be asked. */
  readonly unreachable?: string;
  readonly checks: readonly HealthRow[];
  readonly numbers: StatusNumbers;
  readonly troubles: readonly Trouble[];
}

/** What there is of what; absent where nothing tells. */
export interface StatusNumbers {
  readonly serversByState?: Readonly<Record<string, number>>;
  readonly storeRevision?: number;
  readonly storeBytes?: number;
  readonly waitingKeys?: number;
  readonly xdsStreams?: number;
  readonly memoryBytes?: number;
  readonly eventLoopLagSeconds?: number;
}

export function composeStatus(facts: StatusFacts): StatusReport {
  const { daemon, findings } = facts;
  if ("unreachable" in daemon) {
    const troubles = findings.flatMap((finding) => troubleOf(finding));
    return {
      verdict: "not reachable",
      unreachable: daemon.unreachable,
      checks: [],
      numbers: {},
      troubles,
    };
  }
  const { url, health, samples } = daemon;
  const startedSeconds = sampleValue(samples, "process_start_time_seconds");
  const version = samples.find(({ name }) => name === "signalbox_build_info")?.labels["version"];
  const troubles = [
    ...healthTroubles(health),
    ...findings
      .filter((finding) => isNews(finding, facts))
      .flatMap((finding) => troubleOf(finding)),
    ...serverTroubles(facts.servers ?? []),
    ...imageTroubles(facts.images),
    ...nodeTroubles(facts.nodes),
    ...storeTroubles(samples),
  ];
  return {
    verdict: verdictOf(health, samples, troubles),
    url,
    ...(version === undefined ? {} : { version }),
    ...(startedSeconds === undefined ? {} : { startedTime: isoTime(startedSeconds * 1000) }),
    checks: health.checks,
    numbers: numbersOf(facts.servers, samples),
    troubles,
  };
}

function verdictOf(
  { status }: HealthReport,
  samples: readonly Sample[],
  troubles: readonly Trouble[],
): StatusReport["verdict"] {
  if (sampleValue(samples, "health_draining") === 1) return "stopping";
  if (status === "unhealthy") return "not ready";
  return status === "degraded" || troubles.length > 0 ? "degraded" : "well";
}

/** What to do about a failing check, by the first word of its name. */
const LOOK_AT: Readonly<Record<string, string>> = {
  store: "`signalbox doctor`; the daemon's log has the cause",
  audit: "`signalbox doctor`: the disk, and who owns DATA/audit; nothing is changed meanwhile",
  provider: "`signalbox doctor`: QEMU, acceleration, disk",
  disk: "make room: delete servers and images; no restart is needed",
  controllers: "wait: it starts; if it stays so, the daemon's log has the cause",
  rest: "`signalbox doctor`: ports and certificates",
  xds: "`signalbox doctor`: ports and certificates",
  node: "`signalbox doctor`: ports and certificates",
  enrolment: "`signalbox doctor`: ports and certificates",
  shutdown: "it was told to stop; `signalbox ops status` again in a moment",
};

function healthTroubles({ checks }: HealthReport): readonly Trouble[] {
  const failing = checks.filter(({ state }) => state !== "ok");
  const isFull = failing.some(({ name }) => name === "disk");
  return failing
    .filter(({ name }) => !(isFull && name === "disk-low"))
    .map(({ name, since, reason = "the reason is withheld from this token" }) => ({
      what: `${name}: ${reason}`,
      ...(since === undefined ? {} : { since }),
      lookAt: LOOK_AT[/^[a-z]+/i.exec(name)?.[0] ?? ""] ?? "the daemon's log",
    }));
}

/** Of a daemon that runs, ports and certificates are what it was started with, and known to work. */
const WHILE_IT_RUNS: ReadonlySet<string> = new Set([
  "clock",
  "disk",
  "data directory",
  "files",
  "daemon",
]);

/** Whether the doctor says something that the daemon does not say itself. */
function isNews({ check, verdict }: Finding, { daemon }: StatusFacts): boolean {
  if (verdict !== "failure" || !WHILE_IT_RUNS.has(check)) return false;
  const checks = "health" in daemon ? daemon.health.checks : [];
  return !(check === "disk" && checks.some(({ name, state }) => name === "disk" && state !== "ok"));
}

function troubleOf(finding: Finding): readonly Trouble[] {
  if (finding.verdict === "ok") return [];
  return [{ what: `${finding.check}: ${finding.found}`, lookAt: finding.advice }];
}

/** Counters start with the process, so the trouble may be over; they say that there was one. */
function storeTroubles(samples: readonly Sample[]): readonly Trouble[] {
  const failures = sumOf(samples, "store_commit_failures_total") ?? 0;
  if (failures === 0) return [];
  return [
    {
      what: `the store could not be written ${failures === 1 ? "once" : `${failures} times`} since the daemon's start`,
      lookAt: "`signalbox doctor`: the disk; the daemon's log has the cause",
    },
  ];
}

function numbersOf(servers: StatusFacts["servers"], samples: readonly Sample[]): StatusNumbers {
  const numbers = {
    serversByState: serverStates(servers, samples),
    storeRevision: sampleValue(samples, "store_revision"),
    storeBytes: sampleValue(samples, "store_size_bytes"),
    waitingKeys: sumOf(samples, "signalbox_controller_queue_depth"),
    xdsStreams: sumOf(samples, "xds_streams"),
    memoryBytes: sampleValue(samples, "process_resident_memory_bytes"),
    eventLoopLagSeconds: sampleValue(samples, "nodejs_eventloop_lag_p99_seconds"),
  };
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
}

/** As the API has them now; of the metric, which is up to half a minute old, when it was not asked. */
function serverStates(
  servers: StatusFacts["servers"],
  samples: readonly Sample[],
): Readonly<Record<string, number>> | undefined {
  const states = new Map<string, number>();
  for (const [state, count] of servers?.map(stateOf) ?? statesOfMetric(samples)) {
    states.set(state, (states.get(state) ?? 0) + count);
  }
  return states.size === 0 ? undefined : Object.fromEntries(states);
}

function stateOf(server: ApiResource): readonly [state: string, count: number] {
  return [textAt(server, "status", "powerState") ?? "Unknown", 1];
}

function statesOfMetric(
  samples: readonly Sample[],
): readonly (readonly [state: string, count: number])[] {
  return samples
    .filter(({ name, value }) => name === "signalbox_server_state" && value > 0)
    .map(({ labels, value }) => [labels["state"] ?? "Unknown", value] as const);
}

function sumOf(samples: readonly Sample[], name: string): number | undefined {
  const values = samples.filter((sample) => sample.name === name).map(({ value }) => value);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

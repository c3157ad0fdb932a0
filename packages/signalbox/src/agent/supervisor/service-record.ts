/** The states of a service (node-api §4.2, ServiceList). */
export type ServiceState =
  | "Initialized"
  | "Preparing"
  | "Waiting"
  | "Running"
  | "Stopping"
  | "Finished"
  | "Failed"
  | "Skipped"
  | "Starting";

/** How many events of a service are kept. */
const MAX_EVENTS = 64;

export interface ServiceEventRecord {
  readonly state: ServiceState;
  readonly message: string;
  readonly atMs: number;
}

export interface HealthRecord {
  /** Nothing was checked yet, or nothing ever is. */
  readonly isUnknown: boolean;
  readonly isHealthy: boolean;
  /** Why it is not healthy. */
  readonly message: string;
  readonly changedAtMs: number;
}

/** What is known of a service. Never changed; each change makes a new one. */
export interface ServiceRecord {
  readonly state: ServiceState;
  /** The newest last. */
  readonly events: readonly ServiceEventRecord[];
  readonly health: HealthRecord;
}

export function initialRecord(atMs: number): ServiceRecord {
  return { state: "Initialized", events: [], health: unknownHealth(atMs) };
}

export function withEvent(record: ServiceRecord, event: ServiceEventRecord): ServiceRecord {
  const events = [...record.events, event].slice(-MAX_EVENTS);
  const isSame = event.state === record.state;
  // What was known of the last run says nothing of the next one.
  const health = isSame ? record.health : unknownHealth(event.atMs);
  return { state: event.state, events, health };
}

/** Its health as a check has found it; the same record when that says nothing new. */
export function withHealth(
  record: ServiceRecord,
  found: { readonly isHealthy: boolean; readonly message: string; readonly atMs: number },
): ServiceRecord {
  const { health } = record;
  const { isHealthy, message, atMs } = found;
  const isSame = !health.isUnknown && health.isHealthy === isHealthy && health.message === message;
  if (isSame) return record;
  const isFlip = health.isUnknown || health.isHealthy !== isHealthy;
  const changedAtMs = isFlip ? atMs : health.changedAtMs;
  return { ...record, health: { isUnknown: false, isHealthy, message, changedAtMs } };
}

function unknownHealth(atMs: number): HealthRecord {
  return { isUnknown: true, isHealthy: false, message: "", changedAtMs: atMs };
}

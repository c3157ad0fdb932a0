import { type ConditionReason, findCondition } from "./condition.ts";
import type { Metadata } from "./metadata.ts";
import type { Server } from "./server.ts";

export type ProvisioningStatus =
  | "pending"
  | "provisioning"
  | "provisioned"
  | "deprovisioning"
  | "error";
export type HealthStatus = "unknown" | "healthy" | "degraded" | "error";

/** What waits shows `provisioning`; what needs somebody to act shows `error` (compute-api §1.2). */
// biome-ignore format: a table reads best with one row a line
const STATUS_OF_REASON: Readonly<Record<ConditionReason, ProvisioningStatus>> = Object.freeze({
  Provisioning:           "provisioning",
  Provisioned:            "provisioned",
  Errored:                "error",
  Deprovisioning:         "deprovisioning",
  DependencyNotReady:     "provisioning",
  DependencyFailed:       "provisioning",
  DependencyNotFound:     "error",
  Healthy:                "provisioned",
  Degraded:               "provisioned",
  Unknown:                "provisioning",
  NoCapacity:             "provisioning",
  Unsupported:            "error",
  Overlap:                "provisioned",
  PortNotForwarded:       "provisioned",
  CreateRetriesExhausted: "error",
  RebuildFailed:          "error",
  ImageMissing:           "error",
  ImageCorrupt:           "error",
  DiskFull:               "error",
  ProviderUnavailable:    "provisioning",
  MachineExited:          "error",
  MachineReplaced:        "provisioned",
  BootTimeout:            "error",
});

type Conditioned = Pick<Metadata, "conditions" | "deletedAt" | "generation">;

/**
 * How far the desired state has been carried out. One that no reconcile has looked at yet is
 * `provisioning`: a reader that follows its own write is told neither "done" nor "failed" about
 * the state before it (compute-api §3.9, the window after an update).
 */
export function provisioningStatus(metadata: Conditioned): ProvisioningStatus {
  if (metadata.deletedAt !== undefined) return "deprovisioning";
  const available = findCondition(metadata.conditions, "Available");
  if (available === undefined) return "pending";
  const status = available.status === "True" ? "provisioned" : STATUS_OF_REASON[available.reason];
  const settled = status === "provisioned" || status === "error";
  return settled && available.observedGeneration < metadata.generation ? "provisioning" : status;
}

/** As above; a rebuild that is wanted or under way shows `provisioning`, a failed one `error`. */
export function serverProvisioningStatus(server: Server): ProvisioningStatus {
  const status = provisioningStatus(server.metadata);
  return status === "provisioned" && rebuildPending(server) ? "provisioning" : status;
}

/** Networks and security groups have no health but their own being there. */
export function networkHealthStatus(metadata: Conditioned): HealthStatus {
  const available = findCondition(metadata.conditions, "Available");
  if (available?.status === "True") return "healthy";
  return provisioningStatus(metadata) === "error" ? "error" : "unknown";
}

/** A server that was stopped on purpose is well (compute-api §8 row 25). */
export function serverHealthStatus(server: Server): HealthStatus {
  if (server.power.desired === "stopped" && server.status.powerState === "Stopped") {
    return "healthy";
  }
  const healthy = findCondition(server.metadata.conditions, "Healthy");
  switch (healthy?.reason) {
    case "Healthy":
      return "healthy";
    case "Degraded":
      return "degraded";
    case undefined:
    case "Unknown":
    case "Provisioning":
      return "unknown";
    default:
      return healthy?.status === "False" ? "error" : "unknown";
  }
}

function rebuildPending(server: Server): boolean {
  const { imageId, rebuild } = server.status;
  if (rebuild !== undefined) return true;
  return imageId !== undefined && imageId !== server.spec.imageId;
}

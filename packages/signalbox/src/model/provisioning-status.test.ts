import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Condition, ConditionReason } from "./condition.ts";
import {
  networkHealthStatus,
  provisioningStatus,
  serverHealthStatus,
  serverProvisioningStatus,
} from "./provisioning-status.ts";
import type { Server, ServerStatus } from "./server.ts";

function condition(
  type: Condition["type"],
  reason: ConditionReason,
  status: Condition["status"] = "False",
  observedGeneration = 1,
): Condition {
  return { type, reason, status, observedGeneration, message: "", since: "2026-01-01T00:00:00Z" };
}
const AVAILABLE = condition("Available", "Provisioned", "True");

function server(options: {
  conditions?: readonly Condition[];
  status?: Partial<ServerStatus>;
  power?: "running" | "stopped";
  deleted?: boolean;
}): Server {
  return {
    metadata: {
      id: "a",
      name: "a",
      tags: [],
      createdAt: "2026-01-01T00:00:00Z",
      createdBy: "x",
      finalizers: [],
      generation: 1,
      conditions: options.conditions ?? [],
      organizationId: "o",
      projectId: "p",
      ...(options.deleted === true ? { deletedAt: "2026-01-01T00:00:00Z" } : {}),
    },
    regionId: "r",
    networkId: "n",
    incarnation: "i",
    spec: { flavorId: "f", imageId: "image", networking: {}, sshInjection: "none" },
    power: { desired: options.power ?? "running" },
    status: { createFailures: 0, ...options.status },
  };
}

describe("provisioningStatus", () => {
  const reasons = {
    Provisioning: "provisioning",
    Errored: "error",
    DependencyNotFound: "error",
    Deprovisioning: "deprovisioning",
    DependencyNotReady: "provisioning",
    DependencyFailed: "provisioning",
    NoCapacity: "provisioning",
    CreateRetriesExhausted: "error",
  } as const;
  for (const [reason, expected] of Object.entries(reasons)) {
    it(`of ${reason} is ${expected}`, () => {
      const conditions = [condition("Available", reason as ConditionReason)];
      assert.equal(provisioningStatus({ conditions, generation: 1 }), expected);
    });
  }

  it("is pending until there is an Available condition, and deprovisioning above all", () => {
    assert.equal(provisioningStatus({ conditions: [], generation: 1 }), "pending");
    const deleted = { conditions: [AVAILABLE], generation: 1, deletedAt: "2026-01-01T00:00:00Z" };
    assert.equal(provisioningStatus(deleted), "deprovisioning");
  });

  it("is provisioning for a generation that nobody has looked at", () => {
    assert.equal(provisioningStatus({ conditions: [AVAILABLE], generation: 1 }), "provisioned");
    assert.equal(provisioningStatus({ conditions: [AVAILABLE], generation: 2 }), "provisioning");
    const failed = [condition("Available", "Errored")];
    assert.equal(provisioningStatus({ conditions: failed, generation: 1 }), "error");
    assert.equal(provisioningStatus({ conditions: failed, generation: 2 }), "provisioning");
  });
});

describe("serverProvisioningStatus", () => {
  it("is provisioning while another image is wanted or a rebuild marker is there", () => {
    const wanted = server({ conditions: [AVAILABLE], status: { imageId: "old" } });
    assert.equal(serverProvisioningStatus(wanted), "provisioning");
    const rebuild = {
      targetImageId: "image",
      state: "Rebuilding" as const,
      startedAt: "2026-01-01T00:00:00Z",
    };
    const marked = server({ conditions: [AVAILABLE], status: { imageId: "image", rebuild } });
    assert.equal(serverProvisioningStatus(marked), "provisioning");
    const settled = server({ conditions: [AVAILABLE], status: { imageId: "image" } });
    assert.equal(serverProvisioningStatus(settled), "provisioned");
  });

  it("lets error through", () => {
    const failed = server({
      conditions: [condition("Available", "RebuildFailed")],
      status: { imageId: "old" },
    });
    assert.equal(serverProvisioningStatus(failed), "error");
  });
});

describe("serverHealthStatus", () => {
  it("follows the Healthy condition", () => {
    const of = (reason: ConditionReason, status: Condition["status"]) =>
      serverHealthStatus(server({ conditions: [condition("Healthy", reason, status)] }));
    assert.equal(of("Healthy", "True"), "healthy");
    assert.equal(of("Degraded", "False"), "degraded");
    assert.equal(of("Errored", "False"), "error");
    assert.equal(of("Provisioning", "False"), "unknown");
    assert.equal(of("Unknown", "Unknown"), "unknown");
    assert.equal(serverHealthStatus(server({})), "unknown");
  });

  it("calls a server that was stopped on purpose healthy, and one that died not", () => {
    const conditions = [condition("Healthy", "Degraded")];
    const status = { powerState: "Stopped" as const };
    assert.equal(serverHealthStatus(server({ conditions, status, power: "stopped" })), "healthy");
    assert.equal(serverHealthStatus(server({ conditions, status })), "degraded");
  });
});

describe("networkHealthStatus", () => {
  it("is healthy once it is there", () => {
    assert.equal(networkHealthStatus({ conditions: [], generation: 1 }), "unknown");
    assert.equal(networkHealthStatus({ conditions: [AVAILABLE], generation: 1 }), "healthy");
    const failed = [condition("Available", "Errored")];
    assert.equal(networkHealthStatus({ conditions: failed, generation: 1 }), "error");
  });
});

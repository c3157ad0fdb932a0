import { fail, ok, type Result } from "@signalbox/base";
import type { RebootMode, Server } from "./server.ts";

/** A disk that is being replaced, or about to be (compute-api §3.9). */
export function isRebuilding({ spec, status }: Server): boolean {
  if (status.rebuild !== undefined) return status.rebuild.state !== "Failed";
  return status.imageId !== undefined && status.imageId !== spec.imageId;
}

/** Starting and stopping are refused during a rebuild alone; doing them again changes nothing. */
export function startServer(server: Server): Result<Server> {
  if (isRebuilding(server)) return fail("the server is being rebuilt");
  const { power, status } = server;
  if (power.desired === "running" && status.powerState !== "Stopped") return ok(server);
  return ok({
    ...server,
    power: { desired: "running" },
    status: { ...status, powerState: "Pending" },
  });
}

/** As above. A reboot that has not been carried out is forgotten. */
export function stopServer(server: Server): Result<Server> {
  if (isRebuilding(server)) return fail("the server is being rebuilt");
  const { power, status } = server;
  if (power.desired === "stopped") return ok(server);
  const isDown = status.powerState === "Stopped";
  return ok({
    ...server,
    power: { desired: "stopped" },
    status: isDown ? status : { ...status, powerState: "Stopping" },
  });
}

/** Only what runs can be rebooted. @param id tells this request from the one before */
export function rebootServer(server: Server, mode: RebootMode, id: string): Result<Server> {
  if (isRebuilding(server)) return fail("the server is being rebuilt");
  if (server.power.desired !== "running" || server.status.powerState !== "Running") {
    return fail("the server is not running");
  }
  return ok({ ...server, power: { desired: "running", reboot: { id, mode } } });
}

/** Reasons under which a server is given up until somebody acts. */
const GIVEN_UP: ReadonlySet<string> = new Set([
  "Errored",
  "CreateRetriesExhausted",
  "RebuildFailed",
  "ImageMissing",
  "ImageCorrupt",
  "DiskFull",
  "BootTimeout",
  "MachineExited",
  "DependencyNotFound",
]);

/**
 * Has the desired state carried out anew: attempts are counted from nothing, a failed rebuild
 * starts again, and what conditions say is of the generation before.
 */
export function retryServer(server: Server): Result<Server> {
  const { metadata, status } = server;
  const available = metadata.conditions.find(({ type }) => type === "Available");
  if (available?.status === "True" || !GIVEN_UP.has(available?.reason ?? "")) {
    return fail("the server has not failed, so there is nothing to try again");
  }
  const { rebuild: _failed, ...kept } = status;
  return ok({
    ...server,
    metadata: { ...metadata, generation: metadata.generation + 1 },
    status: { ...kept, createFailures: 0 },
  });
}

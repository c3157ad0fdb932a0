import { type ApiResource, textAt } from "../../resources/api-resource.ts";
import type { Progress } from "../../resources/resource-type.ts";
import { SERVER_TYPE } from "../../resources/resource-types.ts";

/** How far a server is on its way to a power state that was just asked for. */
export function powerProgress(server: ApiResource, wanted: "Running" | "Stopped"): Progress {
  // Somebody else, or the guest itself, wants the other one: then it never gets there.
  const desired = textAt(server, "status", "desiredPower");
  if (wanted === "Running" && desired === "stopped") {
    return { state: "failed", text: "it was stopped meanwhile" };
  }
  if (wanted === "Stopped" && desired === "running") {
    return { state: "failed", text: "it was started meanwhile" };
  }
  const general = SERVER_TYPE.progress(server);
  if (general.state !== "settled") return general;
  const isThere = textAt(server, "status", "powerState") === wanted;
  return { state: isThere ? "settled" : "waiting", text: general.text };
}

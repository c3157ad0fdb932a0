import { type ApiCondition, type ApiResource, textAt } from "../../resources/api-resource.ts";
import { complaint } from "./complaint.ts";
import { firstTroubles, type Trouble } from "./trouble.ts";

/** What is under way is no trouble. */
const EXPECTED: ReadonlySet<string> = new Set([
  "Provisioning",
  "Deprovisioning",
  "DependencyNotReady",
]);
/** Servers that are not as they should be, or lately were not. */
export function serverTroubles(servers: readonly ApiResource[]): readonly Trouble[] {
  const found = servers.flatMap((server) => {
    const trouble = troubleOf(server);
    return trouble === undefined ? [] : [trouble];
  });
  return firstTroubles(found, (more) => ({
    what: `${more} more servers are not well`,
    lookAt: "`signalbox server list`",
  }));
}

function troubleOf(server: ApiResource): Trouble | undefined {
  const { id, name } = server.metadata;
  const bad = server.status?.conditions?.find(isBad);
  const look = { lookAt: `\`signalbox server get ${id}\`, \`signalbox server logs ${id}\`` };
  if (bad !== undefined) {
    return { what: `server ${name}: ${complaint(bad)}`, since: bad.since, ...look };
  }
  const exit = textAt(server, "status", "exitReason");
  if (exit === undefined) return undefined;
  return { what: `server ${name} was started again after its machine died: ${exit}`, ...look };
}

function isBad({ type, status, reason }: ApiCondition): boolean {
  if (type !== "Available" && type !== "Healthy") return false;
  return status === "False" && !EXPECTED.has(reason);
}

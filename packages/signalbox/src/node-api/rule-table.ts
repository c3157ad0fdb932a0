import type { NodeRole } from "./node-role.ts";
import type { NodeRoles } from "./node-roles.ts";

/**
 * Who may call what, for the edge and for every agent (node-api §3.2). A path ends in a method or
 * in `*`, which is every method of the service; the method's own row wins. What is in no row is
 * for administrators. Upstream's readers may do some of an administrator's methods before a
 * machine is configured; our machines have no such state.
 */
const RULES: readonly Rule[] = [
  {
    roles: ["os:admin", "os:operator"],
    paths: [
      ...of(
        "machine.MachineService",
        "Reboot Shutdown Restart ServiceStart ServiceStop ServiceRestart PacketCapture ImagePull",
        "EtcdAlarmDisarm EtcdDefragment",
      ),
      ...of("machine.ImageService", "Pull"),
    ],
  },
  {
    roles: ["os:admin", "os:operator", "os:reader"],
    paths: [
      ...of(
        "machine.MachineService",
        "CPUInfo CPUFreqStats Containers DiskStats DiskUsage Dmesg Events Hostname ImageList List",
        "LoadAvg Logs LogsContainers Memory Mounts NetworkDeviceStats Netstat Processes",
        "ServiceList Stats SystemStat Version",
      ),
      ...of("cluster.ClusterService", "HealthCheck"),
      ...of("inspect.InspectService", "ControllerRuntimeDependencies"),
      ...of("machine.ImageService", "List"),
      ...of("machine.StorageService", "Statfs"),
      ...of("storage.StorageService", "Disks"),
      ...of("time.TimeService", "Time TimeCheck"),
      ...of("cosi.resource.State", "Get List Watch"),
      // Not upstream's: it has neither. They tell schemas and whether the server is up.
      ...of("grpc.health.v1.Health", "*"),
      ...of("grpc.reflection.v1.ServerReflection", "*"),
      ...of("grpc.reflection.v1alpha.ServerReflection", "*"),
      // Ours: what a call would come to.
      ...of("signalbox.node.v1.Explain", "*"),
    ],
  },
  {
    roles: ["os:admin", "os:operator", "os:reader", "os:etcd:backup"],
    paths: of("machine.MachineService", "EtcdAlarmList EtcdMemberList EtcdStatus"),
  },
  {
    roles: ["os:admin", "os:operator", "os:etcd:backup"],
    paths: of("machine.MachineService", "EtcdSnapshot"),
  },
  {
    roles: ["os:admin", "os:operator", "os:reader", "os:image:verifier"],
    paths: of("machine.ImageService", "Verify"),
  },
  {
    roles: ["os:admin", "os:meta:writer"],
    paths: of("machine.MachineService", "MetaWrite MetaDelete"),
  },
];

/** What callers read whose roles do not allow a method. */
export const NOT_AUTHORIZED = "not authorized";

const UNLISTED: readonly NodeRole[] = ["os:admin"];

/** From the smallest to the largest; the others are for one thing each. */
const RANK: readonly NodeRole[] = ["os:reader", "os:operator", "os:admin"];

interface Rule {
  readonly roles: readonly NodeRole[];
  readonly paths: readonly string[];
}

const rolesByPath = new Map(
  RULES.flatMap(({ roles, paths }) => paths.map((path) => [path, roles])),
);

/** The roles of which one is enough to call `path`: `/machine.MachineService/Version`. */
export function rolesAllowed(path: string): readonly NodeRole[] {
  const service = path.slice(0, path.lastIndexOf("/"));
  return rolesByPath.get(path) ?? rolesByPath.get(`${service}/*`) ?? UNLISTED;
}

/** The smallest role that may call all of these: the one to ask for. */
export function leastRole(paths: readonly string[]): NodeRole {
  const all = paths.map(rolesAllowed);
  return RANK.find((rank) => all.every((roles) => roles.includes(rank))) ?? "os:admin";
}

/** Whether a caller with these roles may call `path`. */
export function mayCall(path: string, roles: NodeRoles): boolean {
  return roles.includesAny(rolesAllowed(path));
}

/** Paths of the methods, which are named in lines of words. */
function of(service: string, ...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(" ")).map((method) => `/${service}/${method}`);
}

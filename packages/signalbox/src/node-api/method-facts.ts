/** Services whose messages carry the envelope, so that many machines may be asked at once (node-api §3.1). */
const FAN_OUT_PREFIXES: readonly string[] = [
  "/machine.MachineService/",
  "/cluster.ClusterService/",
  "/inspect.InspectService/",
  "/storage.StorageService/",
  "/time.TimeService/",
];

/**
 * Methods that answer with a stream (node-api §3.1). The client stream EtcdRecover is none of them.
 * Those of services without the envelope are here because their replies can be wrapped.
 */
const STREAMED: ReadonlySet<string> = new Set([
  ...[
    "Copy",
    "DebugContainer",
    "DiskUsage",
    "Dmesg",
    "EtcdSnapshot",
    "Events",
    "ImageList",
    "Kubeconfig",
    "List",
    "Logs",
    "PacketCapture",
    "Read",
  ].map((method) => `/machine.MachineService/${method}`),
  "/machine.LifecycleService/Install",
  "/machine.LifecycleService/Upgrade",
  "/machine.ImageService/List",
  "/machine.ImageService/Pull",
  "/machine.DebugService/ContainerRun",
  "/cosi.resource.State/List",
  "/cosi.resource.State/Watch",
  "/os.OSService/Dmesg",
  "/cluster.ClusterService/HealthCheck",
]);

/** Whether replies to `path` can be merged by appending the machine's name to each. */
export function hasEnvelope(path: string): boolean {
  return FAN_OUT_PREFIXES.some((prefix) => path.startsWith(prefix));
}

/** Whether `path` answers any number of messages; a name that ends in `Stream` says so too. */
export function isStreamed(path: string): boolean {
  return STREAMED.has(path) || path.endsWith("Stream");
}

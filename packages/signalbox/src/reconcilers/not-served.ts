/**
 * Why a resource of a region without a provider waits. The region may have left the configuration,
 * or rest because the daemon runs other providers only; both end when it is served again.
 */
export function notServed(regionId: string): {
  readonly reason: "DependencyNotFound";
  readonly message: string;
} {
  const why = "it is not configured, or its provider is not among those that run";
  return {
    reason: "DependencyNotFound",
    message: `the region ${regionId} is not served here: ${why}`,
  };
}

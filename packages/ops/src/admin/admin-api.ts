import type { AdminOptions } from "./admin-options.ts";
import { type AdminApi, createRouteApi } from "./route-api.ts";
import { controlRoutes } from "./routes/control-routes.ts";
import { healthRoutes } from "./routes/health-routes.ts";
import { infoRoutes } from "./routes/info-routes.ts";
import { metricsRoutes } from "./routes/metrics-routes.ts";

/**
 * Everything that an operator sees of a process over HTTP (ops §3): health, metrics, what it is,
 * and a few switches. Health and metrics are open to all.
 *
 * @example
 * ```ts
 * const admin = createAdminApi({ clock: systemClock, health, metrics, info: { version } });
 * createServer(nodeHandler(admin)).listen(6081, "127.0.0.1");
 * ```
 */
export function createAdminApi(options: AdminOptions): AdminApi {
  const routes = [
    ...healthRoutes(options),
    ...metricsRoutes(options),
    ...infoRoutes(options),
    ...controlRoutes(options),
  ];
  return createRouteApi(routes, options);
}

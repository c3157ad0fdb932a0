import { scrape } from "../../exposition/scrape.ts";
import { MetricsRegistry } from "../../metrics/metrics-registry.ts";
import type { AdminOptions } from "../admin-options.ts";
import { jsonAnswer } from "../answers.ts";
import type { Route } from "../route.ts";

/** The scrape, open to all, and the report of which metrics have too many series. */
export function metricsRoutes({ metrics, clock }: AdminOptions): readonly Route[] {
  const registry = metrics ?? new MetricsRegistry({ clock });
  return [
    {
      path: "/metrics",
      method: "GET",
      answer: ({ request: { headers } }) => ({
        status: 200,
        ...scrape(
          registry,
          { accept: headers["accept"], acceptEncoding: headers["accept-encoding"] },
          { clock },
        ),
      }),
    },
    {
      path: "/metrics/cardinality",
      method: "GET",
      permission: "admin:read",
      answer: () => jsonAnswer(registry.cardinality()),
    },
  ];
}

import { type Metrics, systemClock } from "@signalbox/base";
import { createControllerInstruments } from "@signalbox/controller";
import { createServerMetrics } from "@signalbox/grpc";
import { createRequestMetrics } from "@signalbox/http";
import {
  addHealthMetrics,
  addProcessMetrics,
  type CataloguedMetric,
  HealthRegistry,
  MetricCatalogue,
  metricsPort,
} from "@signalbox/ops";
import { createStoreMetrics } from "@signalbox/store";
import { createLoadMetrics, createXdsMetrics } from "@signalbox/xds";
import { createEnrolmentMetrics } from "../../authority/enrolment/enrolment-metrics.ts";
import { createNodeApiMetrics } from "../../nodes/node-api-metrics.ts";
import { createProviderInstruments } from "../../providers/provider-instruments.ts";
import { createServerGauge } from "../../reconcilers/resync/server-gauge.ts";
import { createServerInstruments } from "../../reconcilers/server/instruments.ts";
import { createFeedMetrics } from "../../traffic/feed-metrics.ts";
import { addDaemonMetrics } from "./daemon-instruments.ts";

/** The metrics of one part of the daemon. */
export interface MetricPart {
  /** As it stands in the labels and documents: `store`, `controllers`. */
  readonly name: string;
  readonly title: string;
  readonly metrics: readonly CataloguedMetric[];
}

interface PartRow {
  readonly name: string;
  readonly title: string;
  readonly declare: (catalogue: MetricCatalogue, metrics: Metrics) => void;
}

/** Whoever reports something new adds its declaration here. */
const PARTS: readonly PartRow[] = [
  {
    name: "daemon",
    title: "The daemon",
    declare: (_, metrics) => addDaemonMetrics(metrics, "", () => undefined),
  },
  {
    name: "health",
    title: "Health checks",
    declare: (catalogue) => addHealthMetrics(catalogue, new HealthRegistry(systemClock)),
  },
  {
    name: "http",
    title: "The region API's request pipeline",
    declare: (_, metrics) => createRequestMetrics(metrics),
  },
  {
    name: "store",
    title: "The store",
    declare: (_, metrics) => createStoreMetrics(metrics),
  },
  {
    name: "controllers",
    title: "Controllers",
    declare: (_, metrics) => createControllerInstruments(metrics),
  },
  {
    name: "servers",
    title: "Servers",
    declare: (_, metrics) => {
      createServerInstruments(metrics);
      createServerGauge(metrics, { regions: new Map() });
    },
  },
  {
    name: "providers",
    title: "Providers and their machines",
    declare: (_, metrics) => createProviderInstruments(metrics),
  },
  {
    name: "grpc",
    title: "gRPC servers",
    declare: (_, metrics) => createServerMetrics(metrics),
  },
  {
    name: "xds",
    title: "xDS",
    declare: (_, metrics) => {
      createXdsMetrics(metrics);
      createFeedMetrics(metrics);
      createLoadMetrics(metrics);
    },
  },
  {
    name: "nodes",
    title: "The node API",
    declare: (_, metrics) => createNodeApiMetrics(metrics, () => ({ connections: 0, channels: 0 })),
  },
  {
    name: "enrolment",
    title: "Enrolment of machines",
    declare: (_, metrics) => createEnrolmentMetrics(metrics),
  },
  {
    name: "process",
    title: "The process and its event loop",
    declare: (catalogue) => addProcessMetrics(catalogue)(),
  },
];

/**
 * Every metric that the daemon may report, part by part, as the parts themselves declare them. The
 * document, the dashboard and the alert rules are made from it.
 */
export function metricCatalogue(): readonly MetricPart[] {
  return PARTS.map(({ name, title, declare }) => {
    const catalogue = new MetricCatalogue(systemClock);
    declare(catalogue, metricsPort(catalogue));
    return { name, title, metrics: catalogue.entries() };
  });
}

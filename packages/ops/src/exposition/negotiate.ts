import type { Escaping } from "../metrics/escape-name.ts";
import { type MediaRange, parseAccept } from "./accept-header.ts";

/** Prometheus' text 0.0.4, OpenMetrics 1.0, or delimited protobuf. */
export type ExpositionFormat = "text" | "openMetrics" | "protobuf";

/** How one scrape is answered. */
export interface Negotiated {
  readonly format: ExpositionFormat;
  readonly escaping: Escaping;
  readonly contentType: string;
}

const MESSAGE = "io.prometheus.client.metricfamily";

/** What a range must say to mean a format; a parameter that is left out is taken as meant. */
const FORMATS: readonly {
  readonly format: ExpositionFormat;
  readonly types: readonly string[];
  readonly wants: Readonly<Record<string, readonly string[]>>;
  readonly contentType: string;
}[] = [
  {
    format: "protobuf",
    types: ["application/vnd.google.protobuf"],
    wants: { proto: [MESSAGE], encoding: ["delimited"] },
    contentType:
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
  },
  {
    format: "openMetrics",
    types: ["application/openmetrics-text"],
    wants: { version: ["1.0.0", "0.0.1"] },
    contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  },
  {
    format: "text",
    types: ["text/plain", "text/*", "*/*"],
    wants: { version: ["0.0.4", "1.0.0"] },
    contentType: "text/plain; version=0.0.4; charset=utf-8",
  },
];

const ESCAPINGS: ReadonlySet<string> = new Set([
  "allow-utf-8",
  "underscores",
  "dots",
  "values",
] satisfies Escaping[]);

/**
 * Picks the format that a scraper likes best (ops §6.2). Whoever asks for none that there is gets
 * the text format; names are escaped with underscores unless another scheme is asked for.
 */
export function negotiate(accept: string | undefined): Negotiated {
  for (const range of parseAccept(accept ?? "")) {
    const row = FORMATS.find(
      ({ types, wants }) => types.includes(range.type) && fits(range, wants),
    );
    if (row !== undefined) return answer(row, range);
  }
  return answer(FORMATS.at(-1) as (typeof FORMATS)[number], undefined);
}

function fits(
  { parameters }: MediaRange,
  wants: Readonly<Record<string, readonly string[]>>,
): boolean {
  return Object.entries(wants).every(([name, values]) => {
    const said = parameters.get(name);
    return said === undefined || values.includes(said.toLowerCase());
  });
}

function answer(row: (typeof FORMATS)[number], range: MediaRange | undefined): Negotiated {
  const asked = range?.parameters.get("escaping");
  const isKnown = asked !== undefined && ESCAPINGS.has(asked);
  return {
    format: row.format,
    escaping: isKnown ? (asked as Escaping) : "underscores",
    contentType: isKnown ? `${row.contentType}; escaping=${asked}` : row.contentType,
  };
}

/** Whether `Accept-Encoding` asks for gzip. */
export function acceptsGzip(header: string | undefined): boolean {
  return (header ?? "").split(",", 50).some((part) => {
    const [coding = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    return coding === "gzip" && !parameters.some((text) => /^q=0(\.0*)?$/.test(text));
  });
}

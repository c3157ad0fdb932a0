import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type { FamilySnapshot } from "../metrics/family-snapshot.ts";
import type { MetricsRegistry } from "../metrics/metrics-registry.ts";
import { acceptsGzip, type ExpositionFormat, type Negotiated, negotiate } from "./negotiate.ts";
import { type Pace, paced } from "./paced.ts";
import { renderOpenMetrics } from "./render-open-metrics.ts";
import { renderProtobuf } from "./render-protobuf.ts";
import { renderText } from "./render-text.ts";

/** What a scraper asks for, by the headers of its request. */
export interface ScrapeRequest {
  /** The `Accept` header. */
  readonly accept?: string | undefined;
  /** The `Accept-Encoding` header. */
  readonly acceptEncoding?: string | undefined;
}

/** A scrape, as HTTP carries it. */
export interface ScrapeAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

type Renderer = (
  families: readonly FamilySnapshot[],
  escaping: Negotiated["escaping"],
) => Generator<string | Uint8Array | undefined>;

const RENDERERS: Readonly<Record<ExpositionFormat, Renderer>> = {
  text: renderText,
  openMetrics: renderOpenMetrics,
  protobuf: renderProtobuf,
};

/**
 * Answers a scrape with the values of this moment. They are copied at once and rendered as the
 * body is read, a few milliseconds at a time.
 */
export function scrape(
  registry: MetricsRegistry,
  request: ScrapeRequest,
  pace: Pace,
): ScrapeAnswer {
  const { format, escaping, contentType } = negotiate(request.accept);
  const pieces = encoded(paced(RENDERERS[format](registry.snapshot(), escaping), pace));
  const headers = { "content-type": contentType, vary: "accept, accept-encoding" };
  if (!acceptsGzip(request.acceptEncoding)) return { headers, body: pieces };
  return { headers: { ...headers, "content-encoding": "gzip" }, body: gzipped(pieces) };
}

/** The whole text of a scrape, for tests and for whoever stores it. */
export async function scrapeText(
  registry: MetricsRegistry,
  accept: string | undefined,
  pace: Pace,
): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of scrape(registry, { accept }, pace).body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function* encoded(pieces: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield typeof piece === "string" ? Buffer.from(piece) : piece;
}

/** In the thread pool. */
function gzipped(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const source = Readable.from(pieces);
  const gzip = createGzip();
  source.on("error", (error) => gzip.destroy(error));
  gzip.on("close", () => source.destroy());
  return source.pipe(gzip);
}

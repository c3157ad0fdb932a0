import { Problem } from "@signalbox/base";
import { escapeMetricName } from "./escape-name.ts";
import { type MetricKind, SAMPLE_SUFFIXES } from "./metric-kind.ts";
import { assertMetricName } from "./name-rules.ts";

interface Holder {
  readonly name: string;
  readonly kind: MetricKind;
}

/** Who holds which name, so that no two metrics write samples of one name (ops §4.3). */
export class NameTable {
  /** By the sample's name as legacy scrapers read it. */
  readonly #holders = new Map<string, Holder>();

  /**
   * @throws Problem `conflict` when the name is held by another kind or a sample's name by another
   * metric; `invalid_request` for what cannot be a name
   */
  claim(name: string, kind: MetricKind): void {
    assertMetricName(name);
    const samples = SAMPLE_SUFFIXES[kind].map((suffix) =>
      escapeMetricName(`${name}${suffix}`, "underscores"),
    );
    for (const sample of samples) {
      const holder = this.#holders.get(sample);
      if (holder !== undefined) throw conflict({ name, kind }, holder, sample);
    }
    for (const sample of samples) this.#holders.set(sample, { name, kind });
  }
}

export function kindConflict(name: string, kind: MetricKind, bound: MetricKind): Problem {
  const text = `ops: metric ${JSON.stringify(name)} used as ${kind} but already registered as ${bound}`;
  return new Problem("conflict", text);
}

function conflict(wanted: Holder, holder: Holder, sample: string): Problem {
  if (wanted.name === holder.name) {
    return wanted.kind === holder.kind
      ? new Problem("conflict", `ops: metric ${JSON.stringify(wanted.name)} is already registered`)
      : kindConflict(wanted.name, wanted.kind, holder.kind);
  }
  const [mine, other] = [wanted, holder].map(({ name, kind }) => `${kind} ${JSON.stringify(name)}`);
  return new Problem("conflict", `ops: ${mine} and ${other} would both write ${sample}`);
}

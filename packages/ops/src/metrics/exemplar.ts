import { type Attributes, type LabelPairs, labelPairs } from "./attributes.ts";

/** One measurement that stands for its bucket, usually by the id of its trace. */
export interface Exemplar {
  readonly labels: LabelPairs;
  readonly value: number;
  /** Wall-clock time. */
  readonly atMs: number;
}

/** OpenMetrics 1.0: characters of an exemplar's label names and values together. */
const MAX_CHARACTERS = 128;

/** @returns undefined when the labels are longer than OpenMetrics allows: a measurement goes first */
export function createExemplar(
  attributes: Attributes,
  value: number,
  atMs: number,
): Exemplar | undefined {
  const labels = labelPairs(attributes);
  const characters = labels.reduce((sum, pair) => sum + Array.from(pair.join("")).length, 0);
  return characters > MAX_CHARACTERS ? undefined : Object.freeze({ labels, value, atMs });
}

import type { Kind, Resource } from "@signalbox/store";

/** The resources of a kind that a caller asked for and may see. */
export interface ResourceSet<T> {
  readonly kind: Kind<T>;
  readonly filter: (value: T) => boolean;
  /** Narrows down what the filter has to look at. */
  readonly index: { readonly name: string; readonly value: string } | undefined;
}

/** Makes what the API shows of a stored resource. */
export type ReadModel<T> = (resource: Resource<T>) => unknown;

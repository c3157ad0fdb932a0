import type { Condition } from "./condition.ts";

export interface Tag {
  readonly name: string;
  readonly value: string;
}

/** What every stored resource carries. Times are RFC 3339. */
export interface Metadata {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly tags: readonly Tag[];
  readonly createdAt: string;
  /** Token subject or certificate CN. Never changes. */
  readonly createdBy: string;
  readonly modifiedAt?: string;
  readonly modifiedBy?: string;
  /** Set once deletion was asked for; the resource goes when its finalizers are gone. */
  readonly deletedAt?: string;
  /** Parts that still have to clean up before the resource may go. */
  readonly finalizers: readonly string[];
  /** Counts the changes of the desired state, from 1. */
  readonly generation: number;
  readonly conditions: readonly Condition[];
  /** API generation (`resource.unikorn-cloud.org/api-version`); absent on v1 objects. */
  readonly apiVersion?: 2;
}

/** Metadata of what belongs to a project. */
export interface ProjectMetadata extends Metadata {
  readonly organizationId: string;
  readonly projectId: string;
}

/** Any stored resource, as far as its metadata goes. */
export interface Described {
  readonly metadata: Metadata;
}

/** Any stored resource of a project, as far as its metadata goes. */
export interface ProjectResource {
  readonly metadata: ProjectMetadata;
}

/** The finalizer of the reconcilers. */
export const FINALIZER = "signalbox";

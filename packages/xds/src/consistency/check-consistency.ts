import type { Result } from "@signalbox/base";
import type { Resource } from "../resource/resource.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";

/** That a resource needs another one. */
export interface Reference {
  readonly typeUrl: string;
  readonly name: string;
}

/** What a resource needs; or why its bytes could not be read. */
export type References = (resource: Resource) => Result<readonly Reference[]>;

/** Which resource a finding is about. */
export interface ResourceId {
  readonly typeUrl: string;
  readonly name: string;
}

/** One thing that may be wrong. */
export type Finding =
  | { readonly kind: "dangling"; readonly from: ResourceId; readonly to: Reference }
  | { readonly kind: "unreferenced"; readonly resource: ResourceId }
  | { readonly kind: "unreadable"; readonly resource: ResourceId; readonly reason: string };

/** Findings of one kind. */
export type FindingOf<Kind extends Finding["kind"]> = Extract<Finding, { readonly kind: Kind }>;

/** What is ignored does not appear in the report. */
export type Severity = "error" | "warning" | "ignore";

/** A finding that is told, and how grave it is. */
export type Judged<T extends Finding> = T & { readonly severity: Exclude<Severity, "ignore"> };

/** What is looked for, and how it is judged. */
export interface ConsistencyOptions {
  readonly references: References;
  /**
   * How bad a finding is. A reference to what the bootstrap configures is to be ignored here.
   * Default: unreferenced resources are warnings, everything else is an error.
   */
  readonly severity?: (finding: Finding) => Severity;
  /**
   * Types whose resources are of no use unless something refers to them. Default: endpoints,
   * routes, secrets and extensions; listeners, clusters and the like are asked for as they are.
   */
  readonly neededByReference?: Iterable<string>;
}

/** What does not fit together in a configuration. */
export interface ConsistencyReport {
  /** References to what is not there. */
  readonly dangling: readonly Judged<FindingOf<"dangling">>[];
  /** Resources that nothing refers to. */
  readonly unreferenced: readonly Judged<FindingOf<"unreferenced">>[];
  readonly unreadable: readonly Judged<FindingOf<"unreadable">>[];
  /** True when nothing above is an error. */
  readonly isConsistent: boolean;
}

const NEEDED_BY_REFERENCE: readonly string[] = [
  TYPE_URLS.endpoint,
  TYPE_URLS.route,
  TYPE_URLS.secret,
  TYPE_URLS.extension,
];

/**
 * Holds resources against each other: what do they refer to that is not there, and what is there
 * that nothing refers to (xds §4.2)? No cache does this by itself: configurations are often whole
 * only together with what another server or the bootstrap says.
 *
 * @example
 * ```ts
 * const references = envoyReferences(await loadRegistry());
 * const report = checkConsistency(snapshot.all(), { references });
 * if (!report.isConsistent) throw new Error(describe(report));
 * ```
 */
export function checkConsistency(
  resources: Iterable<Resource>,
  options: ConsistencyOptions,
): ConsistencyReport {
  const all = [...resources];
  const findings = [...findUnsound(all, options)].flatMap((finding) => judge(finding, options));
  const of = <Kind extends Finding["kind"]>(kind: Kind): Judged<FindingOf<Kind>>[] =>
    findings.filter((finding): finding is Judged<FindingOf<Kind>> => finding.kind === kind);
  return {
    dangling: of("dangling"),
    unreferenced: of("unreferenced"),
    unreadable: of("unreadable"),
    isConsistent: findings.every(({ severity }) => severity !== "error"),
  };
}

function judge<T extends Finding>(finding: T, { severity }: ConsistencyOptions): Judged<T>[] {
  const judged = severity?.(finding) ?? defaultSeverity(finding);
  return judged === "ignore" ? [] : [{ ...finding, severity: judged }];
}

const defaultSeverity = ({ kind }: Finding): Severity =>
  kind === "unreferenced" ? "warning" : "error";

function* findUnsound(
  resources: readonly Resource[],
  { references, neededByReference = NEEDED_BY_REFERENCE }: ConsistencyOptions,
): Iterable<Finding> {
  const present = new Set(resources.flatMap(keysOf));
  const referred = new Set<string>();
  for (const resource of resources) {
    const needed = references(resource);
    if (!needed.ok) {
      yield { kind: "unreadable", resource: idOf(resource), reason: needed.error };
      continue;
    }
    for (const [key, to] of new Map(needed.value.map((to) => [keyOf(to), to]))) {
      referred.add(key);
      if (!present.has(key)) yield { kind: "dangling", from: idOf(resource), to };
    }
  }
  const needed = new Set(neededByReference);
  for (const resource of resources) {
    if (!needed.has(resource.typeUrl) || keysOf(resource).some((key) => referred.has(key)))
      continue;
    yield { kind: "unreferenced", resource: idOf(resource) };
  }
}

const idOf = ({ typeUrl, name }: Resource): ResourceId => ({ typeUrl, name });
const keyOf = ({ typeUrl, name }: ResourceId): string => `${typeUrl} ${name}`;

/** A resource answers to its name, and to its aliases. */
function keysOf({ typeUrl, name, aliases }: Resource): string[] {
  return [name, ...aliases].map((name) => keyOf({ typeUrl, name }));
}

import { RESOURCE_TYPES, resourceTypeOf, TYPE_URLS } from "../resource/resource-types.ts";
import type { Node } from "../wire/node.ts";

/** How the resources of one type are served. */
export interface TypeRules {
  readonly typeUrl: string;
  /** Place in an ordered push (xds §2.1 rule 15). */
  readonly order: number;
  /** Every state-of-the-world answer lists all that is covered; absence is deletion. */
  readonly isFullState: boolean;
  /** A first request without names means everything (§2.4). */
  readonly hasLegacyWildcard: boolean;
  /** Incremental clients are told of names that do not exist (§2.5). */
  readonly reportsAbsence: boolean;
  /**
   * Clients are told in `resource_errors` (§2.11, TP3) what they otherwise learn by waiting: of names
   * that a loader failed to look for, why; of names that do not exist, NOT_FOUND, unless they are
   * incremental clients that are told in `removed_resources`. Clients that don't know the field pass
   * over it.
   */
  readonly reportsErrors: boolean;
  /** Incremental clients are never told to remove: it would make them fail requests (§2.5, ECDS). */
  readonly neverRemoves: boolean;
  /** Names may be aliases, and what does not exist is answered as its own alias (G16, VHDS). */
  readonly answersAliases: boolean;
}

/** What a user may change in the rules of one type. */
export type TypeRuleOverrides = Partial<
  Pick<TypeRules, "hasLegacyWildcard" | "reportsAbsence" | "reportsErrors" | "neverRemoves">
>;

/** How types are served that are not served as xDS has it. All have defaults. */
export interface TypeRuleOptions {
  /** By type URL. Default: none. */
  readonly types?: Readonly<Record<string, TypeRuleOverrides>>;
  /**
   * Whether a first request without names means everything to this node; undefined leaves it to
   * the type. Clients of gRPC never mean it.
   */
  readonly wildcardResolver?: (node: Node, typeUrl: string) => boolean | undefined;
}

/** Behind every type that xDS defines. */
const LAST = RESOURCE_TYPES.length;

/** The rules of a type for a node. */
export type RulesOf = (node: Node, typeUrl: string) => TypeRules;

export function createRules({ types = {}, wildcardResolver }: TypeRuleOptions = {}): RulesOf {
  const known = new Map<string, TypeRules>();
  return (node, typeUrl) => {
    let rules = known.get(typeUrl);
    if (rules === undefined) {
      rules = rulesFor(typeUrl, Object.hasOwn(types, typeUrl) ? types[typeUrl] : undefined);
      // Only types that are named somewhere are kept: clients invent others without end.
      if (resourceTypeOf(typeUrl) !== undefined) known.set(typeUrl, rules);
    }
    const hasLegacyWildcard = wildcardResolver?.(node, typeUrl);
    return hasLegacyWildcard === undefined ? rules : { ...rules, hasLegacyWildcard };
  };
}

function rulesFor(typeUrl: string, overrides: TypeRuleOverrides = {}): TypeRules {
  const type = resourceTypeOf(typeUrl);
  const isExtension = typeUrl === TYPE_URLS.extension;
  // An Envoy that is told that a secret does not exist opens its listener without a certificate.
  const isSecret = typeUrl === TYPE_URLS.secret;
  return Object.freeze({
    typeUrl,
    order: type?.order ?? LAST,
    isFullState: type?.isFullState ?? false,
    // §2.4 [R]: custom types too.
    hasLegacyWildcard: type?.hasLegacyWildcard ?? true,
    reportsAbsence: !isExtension && !isSecret,
    reportsErrors: false,
    neverRemoves: isExtension,
    answersAliases: typeUrl === TYPE_URLS.virtualHost,
    ...overrides,
  });
}

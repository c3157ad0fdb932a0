import type { Clock, Random, Result } from "@signalbox/base";
import type { Store } from "@signalbox/store";
import type { ConsoleTarget, ConsoleTicket } from "../../console/ticket-store.ts";
import type { RegionCatalogue } from "../../model/region.ts";
import type { Provider } from "../../providers/provider.ts";

/** What the operator declared, as it stands now. */
export interface Catalogue extends RegionCatalogue {
  organizationExists(organizationId: string): boolean;
  projectExists(organizationId: string, projectId: string): boolean;
}

/** The part of a provider that requests read from. What changes machines is reconcile's. */
export type RegionProvider = Pick<Provider, "capabilities" | "health" | "consoleOutput">;

/** Everything that the region service's handlers are given. */
export interface RegionServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly catalogue: Catalogue;
  /** The provider that runs a region; undefined when there is none (any more). */
  readonly providerOf: (regionId: string) => RegionProvider | undefined;
  readonly consoleTickets: { issue(target: ConsoleTarget): ConsoleTicket };
  /**
   * The operator's allow-list of image sources: the URI in its normal form, or why nothing may be
   * fetched from it.
   */
  readonly allowImageSource: (uri: string) => Result<string>;
  /** What `GET /api/version` and the protected-resource page say. */
  readonly about: {
    readonly name: string;
    readonly version: string;
    /** Issuers of tokens; empty while tokens come from the daemon's own file. */
    readonly authorizationServers: readonly string[];
  };
}

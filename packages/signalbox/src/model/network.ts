import type { ProjectMetadata } from "./metadata.ts";

export interface Route {
  readonly prefix: string;
  readonly nexthop: string;
}

export interface Network {
  readonly metadata: ProjectMetadata;
  readonly regionId: string;
  readonly spec: {
    /** IPv4 CIDR, masked; at most 24 bits long. */
    readonly prefix: string;
    readonly reservations: {
      readonly prefixLength: number;
      readonly providerReservedPrefixLength: number;
    };
    readonly dnsNameservers: readonly string[];
    readonly routes: readonly Route[];
  };
  /** Qualified names (`group/plural/id` style) that other services put here to block deletion. */
  readonly references: readonly string[];
}

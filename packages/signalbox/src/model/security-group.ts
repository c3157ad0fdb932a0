import type { ProjectMetadata } from "./metadata.ts";

export type RuleProtocol = "any" | "icmp" | "tcp" | "udp" | "vrrp";

export interface SecurityGroupRule {
  readonly direction: "ingress" | "egress";
  readonly protocol: RuleProtocol;
  readonly port?: number;
  /** Last port of a range; only with `port`, and greater. */
  readonly portMax?: number;
  /** CIDR as it was sent; absent: any. */
  readonly prefix?: string;
}

export interface SecurityGroup {
  readonly metadata: ProjectMetadata;
  readonly regionId: string;
  readonly networkId: string;
  /** In the order in which they were sent. */
  readonly spec: { readonly rules: readonly SecurityGroupRule[] };
}

import { defineKind, type Kind } from "@signalbox/store";

/** A resource as large and as deep as a server. */
export interface Sample {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly spec: {
    readonly networkId: string;
    readonly flavorId: string;
    readonly imageId: string;
    readonly userData: string;
    readonly securityGroupIds: readonly string[];
  };
  readonly status: {
    readonly phase: string;
    readonly powerState: string;
    readonly addresses: readonly string[];
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

export const SAMPLE: Kind<Sample> = defineKind("sample", {
  indexes: { network: ({ spec }) => spec.networkId },
});

const USER_DATA = "#!/bin/sh\necho booted\n".repeat(8);

export function sampleOf(n: number): Sample {
  return {
    name: `server-${n}`,
    tags: { owner: `team-${n % 10}`, environment: "production" },
    spec: {
      networkId: `network-${n % 50}`,
      flavorId: "2b9e7d0c-6a4f-5f1e-9d53-0a8b1c2d3e4f",
      imageId: "8c1d2e3f-4a5b-5c6d-8e9f-a0b1c2d3e4f5",
      userData: USER_DATA,
      securityGroupIds: ["default", "web"],
    },
    status: {
      phase: "provisioned",
      powerState: "running",
      addresses: [`10.0.${n % 256}.4`],
      conditions: [
        { type: "available", status: "true" },
        { type: "healthy", status: "true" },
      ],
    },
  };
}

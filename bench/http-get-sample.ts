const ID = "c4bf555a-7990-5e41-8e0b-ad1f5c675408";

export const BENCH_TOKEN = "bench-token-0123456789abcdef0123456789abcdef";
export const BENCH_PATH = `/api/v2/servers/${ID}`;

/** A server as it is read, about 1 KB of JSON. */
export const BENCH_BODY = {
  metadata: {
    id: ID,
    name: "my-server",
    organizationId: "11111111-1111-4111-8111-111111111111",
    projectId: "22222222-2222-4222-8222-222222222222",
    creationTime: "2026-01-01T00:00:00Z",
    createdBy: "somebody@example.com",
    provisioningStatus: "provisioned",
    healthStatus: "healthy",
    tags: [
      { name: "environment", value: "bench" },
      { name: "owner", value: "nobody in particular" },
    ],
  },
  spec: {
    flavorId: "33333333-3333-4333-8333-333333333333",
    imageId: "44444444-4444-4444-8444-444444444444",
    networking: { securityGroups: ["55555555-5555-4555-8555-555555555555"], publicIP: true },
    userData: "I2Nsb3VkLWNvbmZpZwpwYWNrYWdlczogW2h0b3BdCg==",
  },
  status: {
    regionId: "66666666-6666-4666-8666-666666666666",
    networkId: "aaaabbbb-1234-5678-9abc-def012345678",
    powerState: "Running",
    privateIP: "10.0.0.130",
    publicIP: "127.1.2.3",
    macAddress: "52:54:00:12:34:56",
  },
};

import assert from "node:assert/strict";
import type { DaemonProcess } from "./daemon-process.ts";

/** A resource as far as the tests look at it. */
export interface ApiObject {
  readonly metadata: {
    readonly id: string;
    readonly name: string;
    readonly provisioningStatus: string;
  };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: {
    readonly powerState?: string;
    readonly desiredPower?: string;
    readonly privateIP?: string;
    readonly state?: string;
  };
}

export async function createNetwork(daemon: DaemonProcess, name: string): Promise<ApiObject> {
  const { organization, project, region } = daemon.endpoints;
  const { status, body } = await daemon.call("POST", "/api/v2/networks", {
    metadata: { name },
    spec: {
      organizationId: organization,
      projectId: project,
      regionId: region,
      prefix: "10.20.0.0/20",
      dnsNameservers: [],
    },
  });
  assert.equal(status, 201, JSON.stringify(body));
  return body as ApiObject;
}

/** The first flavor and the first image of the daemon's region. */
export async function firstChoices(
  daemon: DaemonProcess,
): Promise<{ readonly flavorId: string; readonly imageId: string }> {
  const base = `/api/v2/regions/${daemon.endpoints.region}`;
  const flavors = (await daemon.call("GET", `${base}/flavors`)).body as ApiObject[];
  const images = (await daemon.call("GET", `${base}/images`)).body as ApiObject[];
  const flavorId = flavors[0]?.metadata.id;
  const imageId = images.find((image) => image.status.state === "ready")?.metadata.id;
  assert.ok(
    flavorId !== undefined && imageId !== undefined,
    "the region has a flavor and an image",
  );
  return { flavorId, imageId };
}

export async function listServers(daemon: DaemonProcess): Promise<readonly ApiObject[]> {
  const { status, body } = await daemon.call("GET", "/api/v2/servers");
  assert.equal(status, 200);
  return body as ApiObject[];
}

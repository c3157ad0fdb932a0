import { type Api, at, expectStatus } from "../../region/testing/api.ts";
import { idOf } from "../../region/testing/bodies.ts";
import { ORGANIZATION, PROJECT } from "../../region/testing/tenants.ts";

const PREFIX = "type.googleapis.com/envoy";

export function groupBody(name = "edge", spec: object = {}): object {
  return {
    metadata: { name },
    spec: { organizationId: ORGANIZATION, projectId: PROJECT, ...spec },
  };
}

/** Creates a group and answers its path. */
export async function createGroup(api: Api, name = "edge", spec: object = {}): Promise<string> {
  const body = groupBody(name, spec);
  const made = expectStatus(await api.call("POST", "/api/v2/xds/groups", { body }), 201);
  return `/api/v2/xds/groups/${idOf(made)}`;
}

/** A cluster that has its endpoints over EDS. */
export function cluster(name: string, more: object = {}): object {
  const eds = { type: "EDS", eds_cluster_config: { eds_config: { ads: {} } } };
  return { "@type": `${PREFIX}.config.cluster.v3.Cluster`, name, ...eds, ...more };
}

/** The endpoints of a cluster: none. */
export function assignment(name: string): object {
  return {
    "@type": `${PREFIX}.config.endpoint.v3.ClusterLoadAssignment`,
    cluster_name: name,
  };
}

/** A route configuration that sends everything to one cluster. */
export function route(name: string, to: string): object {
  const routes = [{ match: { prefix: "/" }, route: { cluster: to } }];
  return {
    "@type": `${PREFIX}.config.route.v3.RouteConfiguration`,
    name,
    virtual_hosts: [{ name: "all", domains: ["*"], routes }],
  };
}

export function secret(name: string, privateKey: string): object {
  const key = { private_key: { inline_string: privateKey } };
  return {
    "@type": `${PREFIX}.extensions.transport_sockets.tls.v3.Secret`,
    name,
    tls_certificate: { certificate_chain: { inline_string: "public" }, ...key },
  };
}

/** Puts a resource and answers what has changed. */
export async function put(
  api: Api,
  group: string,
  type: string,
  resource: object,
): Promise<unknown> {
  const name = String(at(resource, "name") ?? at(resource, "cluster_name"));
  const path = `${group}/resources/${type}/${encodeURIComponent(name)}`;
  return expectStatus(await api.call("PUT", path, { body: resource }), 200);
}

/** Type, name and version of every resource of a group, sorted. */
export async function contentsOf(api: Api, group: string): Promise<readonly string[]> {
  const listed = expectStatus(await api.call("GET", `${group}/resources`), 200);
  return (listed as readonly Readonly<Record<string, string>>[])
    .map(({ type, name, version }) => `${type} ${name} ${version}`)
    .toSorted();
}

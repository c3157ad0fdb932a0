import { parseIpPrefix } from "../model/ip-prefix.ts";
import type { ConfigFault } from "./check-tree.ts";
import { isLoopback, parseListenAddress } from "./listen-address.ts";
import type { Config } from "./schema.ts";

/** What is wrong between options that are each well formed. */
export function checkReferences(config: Config): readonly ConfigFault[] {
  return [
    ...duplicates("organizations", config.organizations, (item) => item.id),
    ...duplicates("projects", config.projects, (item) => item.id),
    ...duplicates("regions", config.regions, (item) => item.id),
    ...duplicates("regions", config.regions, (item) => item.name),
    ...duplicates("roles", config.roles, (item) => item.name),
    ...duplicates("opsUsers", config.opsUsers, (item) => item.name),
    ...duplicates("systemAccounts", config.systemAccounts, (item) => item.commonName),
    ...secondQemuRegion(config),
    ...unknownOrganizations(config),
    ...tlsFaults(config),
    ...listenerFaults(config),
    ...mutualFaults(config),
    ...profilingFaults(config),
    ...nodeFaults(config),
  ];
}

function duplicates<T>(
  path: string,
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly ConfigFault[] {
  const seen = new Set<string>();
  const faults: ConfigFault[] = [];
  for (const [index, item] of items.entries()) {
    const key = keyOf(item);
    if (seen.has(key)) faults.push({ path: `${path}[${index}]`, message: `${key} is used twice` });
    seen.add(key);
  }
  return faults;
}

/** Two regions would each hand the whole host out. */
function secondQemuRegion({ regions }: Config): readonly ConfigFault[] {
  const indexes = [...regions.keys()].filter((index) => regions[index]?.type === "qemu");
  return indexes.slice(1).map((index) => ({
    path: `regions[${index}]`,
    message: "a host is one qemu region; declare it once",
  }));
}

function unknownOrganizations(config: Config): readonly ConfigFault[] {
  const known = new Set(config.organizations.map(({ id }) => id));
  const unknown = (path: string, id: string): readonly ConfigFault[] =>
    known.has(id) ? [] : [{ path, message: `organization ${id} is not declared` }];
  return [
    ...config.projects.flatMap((project, index) =>
      unknown(`projects[${index}].organizationId`, project.organizationId),
    ),
    ...config.regions.flatMap((region, index) =>
      (region.organizationIds ?? []).flatMap((id) =>
        unknown(`regions[${index}].organizationIds`, id),
      ),
    ),
  ];
}

function tlsFaults({ tls, http, systemAccounts }: Config): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  if ((tls.certificate === undefined) !== (tls.key === undefined)) {
    faults.push({
      path: "tls",
      message: "certificate and key go together; one of them is missing",
    });
  }
  if (tls.clientCa !== undefined && tls.certificate === undefined) {
    faults.push({ path: "tls.clientCa", message: "needs tls.certificate and tls.key" });
  }
  if (systemAccounts.length > 0 && tls.clientCa === undefined && http.trustedProxies.length === 0) {
    const message = "no certificate can arrive: set tls.clientCa or http.trustedProxies";
    faults.push({ path: "systemAccounts", message });
  }
  return faults;
}

/** Whatever other machines can reach must be encrypted, and must ask who is calling. */
function listenerFaults({ listen, tls }: Config): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  for (const name of ["rest", "ops", "xds"] as const) {
    if (listen[name] === "off") continue;
    const address = parseListenAddress(listen[name]);
    const path = `listen.${name}`;
    if (!address.ok) faults.push({ path, message: address.error });
    else if (!isLoopback(address.value.host)) {
      const missing = missingProtection(name, tls);
      if (missing !== undefined) faults.push({ path, message: missing });
    }
  }
  return faults;
}

/** TLS and credentials are part of these, wherever they listen. */
function mutualFaults({ listen }: Config): readonly ConfigFault[] {
  return (["enrol"] as const).flatMap((name) => {
    if (listen[name] === "off") return [];
    const address = parseListenAddress(listen[name]);
    return address.ok ? [] : [{ path: `listen.${name}`, message: address.error }];
  });
}

/** The node API has certificates of its own, wherever it listens. */
function nodeFaults({ listen, node }: Config): readonly ConfigFault[] {
  const faults = node.allow.flatMap((text, index) => {
    const prefix = parseIpPrefix(text);
    return prefix.ok ? [] : [{ path: `node.allow[${index}]`, message: prefix.error }];
  });
  if (listen.nodeApi === "off") return faults;
  const address = parseListenAddress(listen.nodeApi);
  return address.ok ? faults : [...faults, { path: "listen.nodeApi", message: address.error }];
}

/** Whoever reads a heap reads every secret in it. */
function profilingFaults({ listen }: Config): readonly ConfigFault[] {
  if (listen.profiling === "off") return [];
  const address = parseListenAddress(listen.profiling);
  const path = "listen.profiling";
  if (!address.ok) return [{ path, message: address.error }];
  const message = "shows profiles to whoever reaches it: listen on 127.0.0.1";
  return isLoopback(address.value.host) ? [] : [{ path, message }];
}

function missingProtection(name: keyof Config["listen"], tls: Config["tls"]): string | undefined {
  if (tls.certificate === undefined || tls.key === undefined) {
    return "is reachable from other machines and needs TLS: give --tls-cert and --tls-key, or listen on 127.0.0.1";
  }
  if (name !== "rest" && tls.clientCa === undefined) {
    return "is reachable from other machines and needs authentication: give --client-ca (callers then need a certificate), or listen on 127.0.0.1";
  }
  return undefined;
}

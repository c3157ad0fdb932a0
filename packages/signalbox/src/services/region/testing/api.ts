import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  noMetrics,
  ok,
  Problem,
  type Clock,
  type Random,
  seededRandom,
  silentLog,
  VirtualClock,
} from "@signalbox/base";
import {
  type AuditEvent,
  type Authenticator,
  createHttpServer,
  createSchemaCompiler,
  type HttpServer,
  type Principal,
} from "@signalbox/http";
import { openSqliteStore, type Store } from "@signalbox/store";
import type { Scope } from "@signalbox/testing";
import { ConsoleTickets } from "../../../console/ticket-store.ts";
import type { Image } from "../../../model/image.ts";
import { IMAGE, KINDS } from "../../../model/kinds.ts";
import type { Region } from "../../../model/region.ts";
import { SimulatedProvider } from "../../../providers/simulated/simulated-provider.ts";
import {
  image,
  IMAGE_ID,
  OTHER_IMAGE_ID,
  region,
  START_MS,
} from "../../../reconcilers/testing/fixtures.ts";
import { type Rig, startRig } from "../../../reconcilers/testing/rig.ts";
import { loadResourceCodec, type ResourceCodec } from "../../../traffic/codec/resource-codec.ts";
import { NO_XDS_CLIENTS, type XdsClients } from "../../../traffic/xds-clients.ts";
import type { NodeAccess } from "../../nodes/node-access.ts";
import type { NodesServices } from "../../nodes/nodes-services.ts";
import { NODES_OPERATIONS } from "../../nodes/operations.ts";
import { XDS_OPERATIONS } from "../../xds/operations.ts";
import type { XdsLimits, XdsServices } from "../../xds/xds-services.ts";
import { REGION_OPERATIONS } from "../operations.ts";
import type { RegionProvider, RegionServices } from "../region-services.ts";
import { PRINCIPALS } from "./principals.ts";
import { ORGANIZATION_OF } from "./tenants.ts";

export interface Answer {
  readonly status: number;
  /** Parsed JSON; undefined for an empty body. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CallOptions {
  readonly as?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The region and xDS services behind the whole request pipeline, over a store of their own. */
export interface Api {
  readonly server: HttpServer;
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly audited: readonly AuditEvent[];
  /** As the platform's administrator unless `as` names another principal. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Makes a principal known under a name. */
  know(name: string, principal: Principal): void;
}

export interface ApiOptions {
  readonly regions?: readonly Region[];
  readonly random?: Random;
  readonly capabilities?: Partial<RegionProvider["capabilities"]>;
  readonly xdsLimits?: Partial<XdsLimits>;
  readonly xdsClients?: XdsClients;
  /** @default none */
  readonly nodeAccess?: (deps: { readonly store: Store; readonly clock: Clock }) => NodeAccess;
}

const XDS_LIMITS: XdsLimits = {
  maxResources: 1_000,
  maxBytes: 1e6,
  maxRevisions: 10,
  maxHistoryBytes: 1e6,
};

/** It never changes, and takes a third of a second to load. */
let codec: Promise<ResourceCodec> | undefined;

/** The operations are the same in every test, and compiling their schemas is most of a start. */
const SCHEMAS = createSchemaCompiler();

/** Without reconcilers: what a request writes stays as it was written. */
export async function startApi(t: Scope, options: ApiOptions = {}): Promise<Api> {
  const clock = new VirtualClock(START_MS);
  const directory = await mkdtemp(join(tmpdir(), "region-"));
  const common = { clock, log: silentLog, metrics: noMetrics };
  const store = await openSqliteStore({ ...common, directory, kinds: KINDS });
  const provider = new SimulatedProvider(common);
  await provider.start({ signal: new AbortController().signal });
  t.after(async () => {
    await provider.close();
    await store.close();
    await rm(directory, { recursive: true });
  });
  return serve(t, { store, clock, provider }, options);
}

/** With the reconcilers and simulated machines, on virtual time. */
export async function startApiWithMachines(
  t: Scope,
  options: ApiOptions = {},
): Promise<Api & { readonly rig: Rig }> {
  const rig = await startRig(t);
  return { ...(await serve(t, rig, options)), rig };
}

async function serve(
  t: Scope,
  { store, clock, provider }: Pick<Rig, "store" | "clock" | "provider">,
  options: ApiOptions,
): Promise<Api> {
  await putImages(store);
  const principals = new Map(PRINCIPALS);
  const audited: AuditEvent[] = [];
  const server = createHttpServer({
    operations: [...REGION_OPERATIONS, ...XDS_OPERATIONS, ...NODES_OPERATIONS],
    services: servicesFor({ store, clock, provider }, options),
    authenticator: authenticateByName(principals),
    audit: {
      accepting: true,
      write: (event) => {
        audited.push(event);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    },
    clock,
    document: { title: "Region", version: "0.0.0" },
    limits: {
      addressRate: { perSecond: 1e9, burst: 1e9 },
      callerRate: { perSecond: 1e9, burst: 1e9 },
    },
    checkResponses: "throw",
    schemas: SCHEMAS,
  });
  t.after(() => server.close());
  return {
    server,
    store,
    clock,
    audited,
    call: (method, path, call) => inject(server, method, path, call),
    know: (name, principal) => void principals.set(name, principal),
  };
}

function servicesFor(
  { store, clock, provider }: Pick<Rig, "store" | "clock" | "provider">,
  options: ApiOptions,
): RegionServices & XdsServices & NodesServices {
  const { regions = [region()], random = seededRandom(7), capabilities = {} } = options;
  const served: RegionProvider = {
    capabilities: { ...provider.capabilities, ...capabilities },
    health: () => provider.health(),
    consoleOutput: (ref, lines, call) => provider.consoleOutput(ref, lines, call),
  };
  return {
    store,
    clock,
    random,
    catalogue: {
      regions: new Map(regions.map((each) => [each.id, each])),
      organizationExists: (id) => [...ORGANIZATION_OF.values()].includes(id),
      projectExists: (organizationId, id) => ORGANIZATION_OF.get(id) === organizationId,
    },
    providerOf: (id) => (regions.some((each) => each.id === id) ? served : undefined),
    consoleTickets: new ConsoleTickets({ clock, random }),
    nodeAccess: options.nodeAccess?.({ store, clock }),
    xds: {
      codec: () => (codec ??= loadResourceCodec()),
      clients: options.xdsClients ?? NO_XDS_CLIENTS,
      limits: { ...XDS_LIMITS, ...options.xdsLimits },
    },
    allowImageSource: (uri) =>
      uri.includes("/allowed/") ? ok(uri) : { ok: false, error: "is not allowed" },
    about: { name: "signalbox", version: "0.0.0", authorizationServers: [] },
  };
}

/** The port to identity, with principals that tests name. */
function authenticateByName(principals: ReadonlyMap<string, Principal>): Authenticator {
  return {
    authenticate: ({ authorization }) => {
      const principal = principals.get(authorization?.replace(/^Bearer /, "") ?? "");
      return principal === undefined
        ? Promise.reject(new Problem("unauthenticated", "credentials are missing"))
        : Promise.resolve(principal);
    },
  };
}

async function inject(
  server: HttpServer,
  method: string,
  path: string,
  { as = "admin", body, headers = {} }: CallOptions = {},
): Promise<Answer> {
  const answer = await server.inject({
    method,
    url: path,
    headers: {
      ...(as === "" ? {} : { authorization: `Bearer ${as}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return {
    status: answer.statusCode,
    body: answer.payload === "" ? undefined : (JSON.parse(answer.payload) as unknown),
    headers: answer.headers as Record<string, string>,
  };
}

/** Two images that everybody may use: IMAGE_ID and OTHER_IMAGE_ID. */
async function putImages(store: Store): Promise<void> {
  await store.transact((tx) => {
    for (const id of [IMAGE_ID, OTHER_IMAGE_ID]) tx.create(IMAGE, id, small(image(id)));
  });
}

/** Fits every flavor. */
export function small(stored: Image): Image {
  return { ...stored, status: { ...stored.status, virtualBytes: 2e9 } };
}

/** Asserts the status and answers the body. */
export function expectStatus(answer: Answer, status: number): unknown {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
}

/** What a JSON value holds at a path such as `0.metadata.name`; undefined where it ends early. */
export function at(body: unknown, path: string): unknown {
  let value = body;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

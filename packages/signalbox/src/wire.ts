import { CANCELLED, Problem, waitForAbort } from "@signalbox/base";
import { createControllerRuntime } from "@signalbox/controller";
import { type AuditSink, type Authenticator, createHttpServer } from "@signalbox/http";
import { HealthRegistry } from "@signalbox/ops";
import { openSqliteStore, type Store } from "@signalbox/store";
import { byteSize } from "./config/byte-size.ts";
import { durationMs } from "./config/duration.ts";
import type { LoadedConfig } from "./config/load-config.ts";
import { ConsoleGateway } from "./console/console-gateway.ts";
import { CONSOLE_SOCKET_PATH } from "./console/console-protocol.ts";
import { ConsoleTickets } from "./console/ticket-store.ts";
import { adminTokenFile } from "./daemon/admin-token.ts";
import { alreadyServed } from "./daemon/already-served.ts";
import { readyLines } from "./daemon/announce-ready.ts";
import { type Assembly, type DaemonDeps, graceMs } from "./daemon/assembly.ts";
import { daemonAuthority } from "./daemon/authority/daemon-authority.ts";
import { daemonJoinTokens } from "./daemon/authority/daemon-join-tokens.ts";
import { startEnrolment } from "./daemon/authority/start-enrolment.ts";
import { registerBuiltinImages } from "./daemon/builtin-images.ts";
import { chooseProviders, probeQemuPrograms } from "./daemon/choose-providers.ts";
import { ClosingStack } from "./daemon/closing-stack.ts";
import { completeConfig } from "./daemon/completed-config.ts";
import { prepareDataDirectory } from "./daemon/data-directory.ts";
import { dataFiles } from "./daemon/data-files.ts";
import { assertEndpointsPath, removeEndpoints, writeEndpoints } from "./daemon/endpoints-file.ts";
import { httpSettings, restTls } from "./daemon/http-settings.ts";
import { bindListener, plannedAddress } from "./daemon/listener-plan.ts";
import { daemonAgents } from "./daemon/nodes/daemon-agents.ts";
import { startNodes } from "./daemon/nodes/start-nodes.ts";
import { openAudit } from "./daemon/open-audit.ts";
import { storeCheck } from "./daemon/ops/health-checks.ts";
import { addLatch } from "./daemon/ops/latch-check.ts";
import { startMeasuring } from "./daemon/ops/start-measuring.ts";
import { returnStartMemory } from "./daemon/return-start-memory.ts";
import { startOps } from "./daemon/ops/start-ops.ts";
import { reconcilerSettings } from "./daemon/reconciler-settings.ts";
import type { RegionSet } from "./daemon/region-set.ts";
import { startRegions } from "./daemon/start-regions.ts";
import { describeEndpoints } from "./daemon/describe-endpoints.ts";
import { warnOfLooseModes } from "./daemon/loose-modes.ts";
import { openStoreWatermark } from "./daemon/store-watermark.ts";
import { startTracing } from "./daemon/tracing/tracing.ts";
import {
  createRestServices,
  REST_OPERATIONS,
  type RestServiceSources,
} from "./daemon/rest-services.ts";
import { TlsReload } from "./daemon/tls-reload.ts";
import { startXds } from "./daemon/xds/start-xds.ts";
import { KINDS } from "./model/kinds.ts";
import { createReconcilers, createResync } from "./reconcilers/reconcilers.ts";
import { FailureLimiter } from "./services/identity/failure-limiter.ts";
import { createRoleCatalogue } from "./services/identity/role-catalogue.ts";
import { bindSystemAccounts } from "./services/identity/system-accounts.ts";
import { createTokenAuthenticator } from "./services/identity/token-authenticator.ts";
import { createTokenSource, type TokenSource } from "./services/identity/token-source.ts";

/** A part may take this much longer than the grace that it knows of, before it is left behind. */
const CLOSE_SLACK_MS = 3000;

/**
 * Runs the daemon until `signal` aborts, then stops it in good order: machines stay as they are.
 *
 * @throws Problem when it cannot start; what had started is closed again
 */
export async function runDaemon(loaded: LoadedConfig, deps: DaemonDeps): Promise<void> {
  const parts = new ClosingStack(deps);
  const health = new HealthRegistry(deps.clock);
  // An operator stops the daemon over the admin API, too.
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(CANCELLED);
  const signal = AbortSignal.any([deps.signal, stopping.signal]);
  try {
    await startDaemon(loaded, { ...deps, signal, parts, health, stop });
    await waitForAbort(signal);
    deps.log.info("stopping");
    health.startDraining();
    await deps.clock.sleep(durationMs(loaded.config.shutdown.delay));
  } catch (error) {
    // Told to stop before it had started: as orderly an end as any other.
    if (!signal.aborted || error !== signal.reason) throw error;
    deps.log.info("stopping before the start was over");
  } finally {
    health.startDraining();
    await parts.closeAll(graceMs(loaded.config) + CLOSE_SLACK_MS);
  }
}

/** What the start gets of the stop. */
type StartDeps = DaemonDeps & Pick<Assembly, "parts" | "health" | "stop">;

/** The daemon, part by part, in the order of their start. */
async function startDaemon(loaded: LoadedConfig, deps: StartDeps): Promise<void> {
  const startedAt = deps.clock.monotonic();
  // Parts bring their own checks as they start; until all are there this one speaks for them.
  const started = addLatch(deps.health, "start", "the daemon starts", ["ready", "startup"]);
  prepareDataDirectory(loaded.dataDir);
  const files = dataFiles(loaded.dataDir);
  assertEndpointsPath(files.endpoints);
  const registries = await startMeasuring(loaded, deps);
  const { metrics } = registries;
  const tls = new TlsReload(loaded.config.tls, deps);
  deps.parts.add("certificates", () => tls.close());
  const { config: given } = loaded;
  const tracing = await startTracing({ ...deps, config: given });
  const common = { config: given, files, tls, registries, metrics, tracing };
  const declared: Assembly = { ...deps, ...common };
  const store = tracing.store(await openStore(declared));
  const { types, message } = await chooseProviders(declared.config, probeQemuPrograms);
  if (message !== undefined) deps.announce(message);
  const config = completeConfig(declared.config, declared.files, types, { ...deps, store });
  warnOfLooseModes(declared.files, deps.log);
  const assembly = { ...declared, config };

  const audit = await openAudit(assembly);
  const tokens = createTokenSource(assembly.files.tokens, deps);
  const { ops, profiling } = await startOps(assembly, audit, tokens);
  const authority = daemonAuthority(assembly, store);
  const joinTokens = daemonJoinTokens(assembly, store, authority);
  const agents = daemonAgents(joinTokens);
  const regions = await startRegions(assembly, types, agents.access);
  await registerBuiltinImages(store, regions.served, deps);
  const controllers = createControllers(assembly, store, regions);
  const xds = await startXds(assembly, store, regions);
  const nodeApi = await startNodes(assembly, { store, regions, audit, authority });
  const { enrol, nodeAccess } = await startEnrolment(assembly, {
    ...{ store, audit, authority, joinTokens, nodeApi },
  });
  agents.opened(enrol);
  const xdsClients = xds.clients;
  const sources = { store, regions, xdsClients, nodeAccess, audit, tokens };
  const rest = await startRest(assembly, sources);
  // Last: a hundred thousand resources to look at would hold up whatever starts after them.
  await controllers.start();
  started.done();

  const endpoints = describeEndpoints(config, regions, {
    ...{ rest, ops, nodeApi, enrol, profiling },
    xds: xds.address,
  });
  deps.parts.add("endpoints", () => removeEndpoints(assembly.files.endpoints));
  writeEndpoints(assembly.files.endpoints, endpoints);
  const tookMs = deps.clock.monotonic() - startedAt;
  for (const line of readyLines(endpoints, adminTokenFile(assembly.files), tookMs)) {
    deps.announce(line);
  }
  deps.parts.add("memory of the start", returnStartMemory(deps));
}

async function openStore(assembly: Assembly): Promise<Store> {
  const { config, files, clock, log, metrics, parts, health, registries } = assembly;
  const opening = openSqliteStore({
    directory: files.store,
    kinds: KINDS,
    clock,
    log,
    metrics,
    maxHistoryRevisions: config.store.keepRevisions,
    maxHistoryLength: byteSize(config.store.historySize),
  });
  const store = await opening.catch((error: unknown) => {
    throw Problem.is(error, "store_locked") ? alreadyServed(files, error) : error;
  });
  parts.add("store", () => store.close());
  health.register(storeCheck(store));
  registries.statistics["store"] = () => store.stats();
  const watermark = openStoreWatermark(files.storeRevision, { store, clock, log });
  parts.add("store watermark", () => watermark.close());
  return store;
}

interface Controllers {
  /** Resolves when every resource is in line to be looked at. */
  start(): Promise<void>;
}

/** They are closed after the listeners that are made after them, whenever they start. */
function createControllers(assembly: Assembly, store: Store, regions: RegionSet): Controllers {
  const { config, clock, random, log, metrics, health, registries, parts, fatal } = assembly;
  const settings = reconcilerSettings(config);
  const shared = { store, clock, random, log, metrics };
  const deps = { ...shared, providers: regions.providers, catalogue: regions, settings };
  const runtime = createControllerRuntime(shared, { drainTimeoutMs: graceMs(config) });
  for (const controller of createReconcilers(deps)) {
    runtime.register(assembly.tracing.controller(controller));
  }
  const resync = createResync({ ...deps, wake: (kind, id) => runtime.wake(kind, id) });

  registries.statistics["controllers"] = () => runtime.depths();
  const synced = addLatch(health, "controllers", "not every resource has been looked at yet");
  const stop = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  parts.add("controllers", async () => {
    stop.abort();
    await running;
  });
  return {
    start: async () => {
      const reconciling = runtime.run(stop.signal);
      // Its first pass finds what changed while every resource was put in line.
      const looking = runtime.synced.then(() => resync.run(stop.signal));
      running = Promise.all([reconciling, looking]);
      running.catch(fatal);
      await runtime.synced;
      synced.done();
    },
  };
}

/** What the REST listener serves from. */
interface RestSources extends Omit<RestServiceSources, "consoleTickets"> {
  readonly audit: AuditSink;
  readonly tokens: TokenSource;
}

async function startRest(assembly: Assembly, sources: RestSources): Promise<string | undefined> {
  const { config, tls, clock, random, log, metrics, parts, version, health, tracing, registries } =
    assembly;
  const address = plannedAddress(config.listen.rest);
  if (address === undefined) return undefined;
  const { audit, tokens } = sources;
  const consoleTickets = new ConsoleTickets({ clock, random });
  const consoles = createConsoles(assembly, sources.regions, consoleTickets);
  const server = createHttpServer({
    operations: REST_OPERATIONS,
    document: { title: "Signalbox", version },
    upgrades: [
      {
        path: CONSOLE_SOCKET_PATH,
        upgrade: (request, socket, head) => consoles.upgrade(request, socket, head),
      },
    ],
    services: createRestServices(assembly, { ...sources, consoleTickets }),
    authenticator: createAuthenticator(assembly, tokens),
    audit,
    log,
    clock,
    random,
    metrics,
    tracer: tracing.tracer,
    ...httpSettings(config, tls.texts),
  });
  tls.onChange((texts) => server.setTls(restTls(texts)));
  parts.add("REST listener", () => server.close());
  registries.statistics["rest"] = () => server.stats();
  registries.statistics["consoles"] = () => ({ sessions: consoles.sessions });
  parts.add("consoles", () => consoles.close());
  const listening = addLatch(health, "rest", "the listener is not open yet");
  const url = await bindListener(
    "rest",
    address,
    tls.texts === undefined ? "http" : "https",
    (at) => server.listen(at),
  );
  listening.done();
  return url;
}

function createConsoles(
  { config, clock, log }: Assembly,
  { providers }: RegionSet,
  tickets: ConsoleTickets,
): ConsoleGateway {
  const { idleTimeout, maxDuration } = config.console;
  return new ConsoleGateway(
    { tickets, providerOf: (id) => providers.get(id), clock, log },
    { idleMs: durationMs(idleTimeout), maxMs: durationMs(maxDuration) },
  );
}

function createAuthenticator({ config, clock, log }: Assembly, tokens: TokenSource): Authenticator {
  const roles = createRoleCatalogue(config.roles);
  return createTokenAuthenticator({
    tokens,
    roles,
    systemAccounts: bindSystemAccounts(config.systemAccounts, roles),
    failures: new FailureLimiter(clock),
    clock,
    log,
  });
}

import { readFile } from "node:fs/promises";
import {
  type Clock,
  formatHostPort,
  type HostPort,
  type Log,
  Problem,
  type Random,
  waitForAbort,
} from "@signalbox/base";
import type { ListenAddress } from "@signalbox/grpc";
import type { AgentDeps, AgentRoots } from "./agent-deps.ts";
import { type AgentIdentity, keptIdentity } from "./agent-identity.ts";
import { AgentServer } from "./agent-server.ts";
import { createAgentServices } from "./agent-services.ts";
import type { AgentVersion } from "./agent-version.ts";
import { type AgentConfig, loadAgentConfig } from "./config/agent-config.ts";
import { EnrolledIdentity } from "./enrolment/enrolled-identity.ts";
import { Rendezvous } from "./enrolment/rendezvous.ts";
import { EVERYWHERE } from "./listen-place.ts";
import { MachineLife } from "./machine-life.ts";
import type { LogRing } from "./supervisor/log-ring.ts";

export interface AgentOptions {
  readonly version: AgentVersion;
  readonly listen: ListenAddress;
  /** Where the certificate is kept. */
  readonly directory: string;
  /** Who issues and renews the certificate. @default nobody: it must be there, and stays */
  readonly enrolment?: HostPort | undefined;
  /** Where the daemon calls, for machines that cannot call its enrolment listener themselves. */
  readonly enrolmentPlace?: ListenAddress | undefined;
  /** Holds the join token; need not be there once the machine has a certificate. */
  readonly tokenFile?: string | undefined;
  /** @default "time.cloudflare.com" */
  readonly timeServer?: string | undefined;
  /** What services the machine runs (docs/agent-services.md). @default none */
  readonly configFile?: string | undefined;
  /** Whether callers may reboot this machine and shut it down. @default false */
  readonly allowPower?: boolean | undefined;
  /** @default the machine's own */
  readonly roots?: AgentRoots;
}

export interface AgentProcess {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** What went to `log`, for callers to read. @default nothing */
  readonly ownOutput?: LogRing;
  /** Aborts when the agent shall stop. */
  readonly signal: AbortSignal;
  /** Told once calls are taken. */
  readonly announce: (line: string) => void;
}

const MACHINE: AgentRoots = { proc: "/proc", sys: "/sys", root: "/" };
const NO_CONFIG: AgentConfig = { services: [] };
/** What calls that run are given when the agent stops (node-api §1.6). */
const STOP_GRACE_MS = 10_000;

/**
 * Runs an agent until it is told to stop.
 *
 * @throws Problem `config_invalid` without a certificate and a way to get one, `unauthenticated`
 *   when the join token is refused, `listen_failed` when the address cannot be had
 */
export async function serveAgent(options: AgentOptions, surroundings: AgentProcess): Promise<void> {
  try {
    await serveUntilStopped(options, surroundings);
  } catch (error) {
    // Told to stop while it waits for its first certificate.
    if (error !== surroundings.signal.reason) throw error;
  }
}

async function serveUntilStopped(options: AgentOptions, surroundings: AgentProcess): Promise<void> {
  const { clock, random, log, signal, announce } = surroundings;
  await using stack = new AsyncDisposableStack();
  const deps = { clock, random, log, roots: options.roots ?? MACHINE };
  // A machine does what it is for, whether it may enrol yet or not.
  const life = await startLife(options, deps, stack, surroundings.ownOutput);
  const identity = await openIdentity(options, surroundings, stack);
  const { version, timeServer } = options;
  const time = timeServer === undefined ? {} : { defaultServer: timeServer };
  const services = createAgentServices(deps, { version, time, life });
  const server = new AgentServer({ services, identity, clock, random, log });
  stack.defer(() => server.close(STOP_GRACE_MS));
  stack.defer(() => life.endStreams());
  const address = await listenAt(options.listen, (place) => server.listen(place));
  announce(`ready on ${formatHostPort(address)}`);
  log.info({ ...address, version: version.tag }, "the agent takes calls");
  await waitForAbort(signal);
  log.info("the agent stops");
}

async function startLife(
  { configFile, directory, allowPower = false }: AgentOptions,
  deps: AgentDeps,
  stack: AsyncDisposableStack,
  ownOutput: LogRing | undefined,
): Promise<MachineLife> {
  const config = configFile === undefined ? NO_CONFIG : await loadAgentConfig(configFile);
  const life = new MachineLife(deps, {
    config,
    directory,
    allowsPower: allowPower,
    ...(ownOutput === undefined ? {} : { ownOutput }),
  });
  stack.defer(() => life.stop());
  await life.start();
  return life;
}

async function openIdentity(
  options: AgentOptions,
  surroundings: AgentProcess,
  stack: AsyncDisposableStack,
): Promise<AgentIdentity> {
  const { directory, tokenFile } = options;
  const address = await enrolmentAddress(options, stack);
  if (address === undefined) return keptIdentity(directory);
  const token = tokenFile === undefined ? undefined : await readToken(tokenFile);
  const identity = await EnrolledIdentity.start({ directory, address, token }, surroundings);
  stack.defer(() => identity.close());
  return identity;
}

async function enrolmentAddress(
  { enrolment, enrolmentPlace }: AgentOptions,
  stack: AsyncDisposableStack,
): Promise<HostPort | undefined> {
  if (enrolmentPlace === undefined) return enrolment;
  const rendezvous = await listenAt(enrolmentPlace, (place) => Rendezvous.open(place));
  stack.defer(() => rendezvous.close());
  return rendezvous.address;
}

/** A seed that is gone after the first boot is no fault: enrolment says when a token is missing. */
async function readToken(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Problem("config_invalid", `the join token in ${path} cannot be read`, {
      cause: error,
    });
  }
}

async function listenAt<T>(
  address: ListenAddress,
  listen: (address: ListenAddress) => Promise<T>,
): Promise<T> {
  try {
    return await listen(address);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A kernel without IPv6 has no address that means both.
    if (address.host === EVERYWHERE && (code === "EAFNOSUPPORT" || code === "EADDRNOTAVAIL")) {
      return listenAt({ ...address, host: "0.0.0.0" }, listen);
    }
    const reason = code === "EADDRINUSE" ? "another program listens there" : (code ?? "no reason");
    const text = `${formatHostPort(address)} cannot be listened on: ${reason}; --listen takes another`;
    throw new Problem("listen_failed", text, { cause: error });
  }
}

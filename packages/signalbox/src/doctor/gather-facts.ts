import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "@signalbox/base";
import { byteSize } from "../config/byte-size.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { DEFAULT_MIN_FREE_DISK } from "../config/schema.ts";
import { type DataFiles, dataFiles } from "../daemon/data-files.ts";
import type { Account } from "./account.ts";
import type { DaemonFacts } from "./checks/daemon.ts";
import type { DeclaredIdsFacts } from "./checks/declared-ids.ts";
import type { StoreFacts } from "./checks/store.ts";
import type { Facts } from "./facts.ts";
import { type NameAccount, readAccounts } from "./facts/accounts.ts";
import { readCertificates } from "./facts/certificates.ts";
import { readDataDirectory } from "./facts/data-directory.ts";
import { readDataFiles } from "./facts/data-files.ts";
import { readDisk } from "./facts/disk.ts";
import { readHost } from "./facts/host.ts";
import { readListeners } from "./facts/listeners.ts";
import { findLockHolder } from "./facts/lock-holders.ts";
import { readMachines } from "./facts/machines.ts";
import { describeProcess, openFilesLimit } from "./facts/processes.ts";
import { needOfQemu, readAcceleration, readGuestImage, readPrograms } from "./facts/qemu.ts";
import { readText } from "./facts/read-text.ts";
import { readStore, storeFile } from "./facts/store.ts";

/** What is to be looked at, and with what. */
export interface GatherRequest {
  readonly dataDir: string;
  /** Or why there is none. */
  readonly configuration: LoadedConfig | { readonly error: string };
  /** This process's user. */
  readonly uid: number;
  readonly clock: Clock;
  /** `PATH`, where QEMU's programs are looked for. */
  readonly searchPath: string;
  readonly signal: AbortSignal;
}

/** Looks at everything and changes nothing; listens on the configured ports for a moment. */
export async function gatherFacts(request: GatherRequest): Promise<Facts> {
  const { dataDir, configuration, clock } = request;
  const nameAccount = readAccounts();
  const user = nameAccount(request.uid);
  const directory = readDataDirectory(dataDir, user, nameAccount);
  const files = dataFiles(dataDir);
  const { state } = directory;
  const isReadable = state.is === "there" && state.refusal === undefined;
  const daemon = isReadable ? readDaemon(files, nameAccount) : undefined;
  const store = isReadable ? await readStore(files, clock) : undefined;
  return {
    configuration: {
      sources: "error" in configuration ? [] : sourcesOf(configuration),
      error: "error" in configuration ? configuration.error : undefined,
    },
    host: readHost(),
    clock: { nowMs: clock.now(), storeWrittenMs: isReadable ? storeWrittenMs(files) : undefined },
    disk: readDisk(dataDir, leastFreeBytes(configuration)),
    directory,
    files: isReadable ? readDataFiles({ files, owner: state.owner, user, nameAccount }) : undefined,
    daemon,
    store,
    ...("error" in configuration
      ? {}
      : await readConfigured(configuration, {
          ...request,
          files,
          nameAccount,
          daemon,
          store,
          user,
        })),
  };
}

/** The default where the configuration cannot be read. */
function leastFreeBytes(configuration: GatherRequest["configuration"]): number {
  return byteSize(
    "error" in configuration ? DEFAULT_MIN_FREE_DISK : configuration.config.ops.minFreeDisk,
  );
}

interface Found extends GatherRequest {
  readonly files: DataFiles;
  readonly user: Account;
  readonly nameAccount: NameAccount;
  readonly daemon: DaemonFacts | undefined;
  readonly store: StoreFacts | undefined;
}

/** What depends on the configuration. */
async function readConfigured({ config }: LoadedConfig, found: Found): Promise<Partial<Facts>> {
  const { clock, files, daemon, nameAccount } = found;
  const pid = daemon?.holder?.pid;
  const need = needOfQemu(config);
  const directories = config.regions
    .filter(({ type }) => type === "qemu")
    .map(({ id }) => join(files.providers, id));
  return {
    openFiles: {
      limit: openFilesLimit(pid ?? "self"),
      of: pid === undefined ? "this process" : "daemon",
      maxConnections: config.http.maxConnections,
    },
    declaredIds: found.store && declaredIds(config, found.store, files),
    listeners: await readListeners({
      listen: config.listen,
      daemonPid: pid,
      endpoints: endpointsIn(files),
      nameAccount,
    }),
    certificates: { nowMs: clock.now(), files: readCertificates(config.tls) },
    ...(need === undefined
      ? {}
      : {
          qemuPrograms: { need, programs: await readPrograms(found) },
          acceleration: readAcceleration(config.qemu.accel, directories),
          guestImage: readGuestImage(config.qemu.guestImage),
          machines: {
            machines: await readMachines(directories),
            isDaemonRunning: pid !== undefined,
          },
        }),
  };
}

function readDaemon(files: DataFiles, nameAccount: NameAccount): DaemonFacts {
  const pid = findLockHolder(storeFile(files));
  return {
    dataDir: files.directory,
    holder: pid === undefined ? undefined : describeProcess(pid, nameAccount),
    hasEndpoints: existsSync(files.endpoints),
  };
}

function declaredIds(
  { organizations, projects, regions }: LoadedConfig["config"],
  store: StoreFacts,
  files: DataFiles,
): DeclaredIdsFacts {
  const declared = { organizations, projects, regions };
  return {
    path: files.config,
    isThere: existsSync(files.config),
    // A daemon that runs has found its ids.
    referenced: store.is === "whole" ? store.referenced : {},
    undeclared: Object.entries(declared).flatMap(([name, list]) => (list.length > 0 ? [] : [name])),
  };
}

function storeWrittenMs(files: DataFiles): number | undefined {
  const file = storeFile(files);
  const times = [file, `${file}-wal`, files.storeRevision].flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? [] : [stat.mtimeMs];
  });
  return times.length === 0 ? undefined : Math.max(...times);
}

/** Empty without the file, or with one that is none of ours. */
function endpointsIn(files: DataFiles): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readText(files.endpoints) ?? "");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function sourcesOf({ origins }: LoadedConfig): readonly string[] {
  const sources = [...origins.values()].filter(({ kind }) => kind !== "default");
  return [...new Set(sources.map(({ source }) => source))];
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "@signalbox/base";
import { isId } from "../resources/is-id.ts";
import { unreadableFile } from "../unreadable-file.ts";

/** How a client command was told to reach the daemon. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly dataDir?: string;
  readonly organization?: string;
  readonly project?: string;
  readonly region?: string;
}

/** Where the daemon is, who we are, and the ids that commands use when none are given. */
export interface Connection {
  readonly url: string;
  readonly token: string;
  readonly ca?: string;
  readonly organizationId?: string;
  readonly projectId?: string;
  readonly regionId?: string;
  /** What a flag or the environment named; the rest comes from the daemon's directory. */
  readonly chosen: ChosenPlace;
}

export interface ChosenPlace {
  readonly organization?: string;
  readonly project?: string;
  readonly region?: string;
}

const DEFAULT_DATA_DIR = ".signalbox";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds the daemon: flags first, then SIGNALBOX_URL and its siblings, then the files that a
 * daemon on this machine leaves in its data directory.
 *
 * @throws Problem `unavailable` or `unauthenticated` that says what to give
 */
export function resolveConnection(options: ConnectionOptions, variables: Environment): Connection {
  const environment = withoutEmpty(variables);
  const dataDir = options.dataDir ?? environment["SIGNALBOX_DATA_DIR"] ?? DEFAULT_DATA_DIR;
  const local = readEndpoints(join(dataDir, "endpoints.json"));
  const url = options.url ?? environment["SIGNALBOX_URL"] ?? local["rest"];
  if (url === undefined) {
    throw new Problem(
      "unavailable",
      `no daemon runs on ${dataDir}; start one with \`signalbox serve --data-dir ${dataDir}\`, ` +
        "or give its address with --url or SIGNALBOX_URL",
    );
  }
  const caFile = options.caFile ?? environment["SIGNALBOX_CA_FILE"];
  const chosen: ChosenPlace = definedOf({
    organization: options.organization ?? environment["SIGNALBOX_ORGANIZATION"],
    project: options.project ?? environment["SIGNALBOX_PROJECT"],
    region: options.region ?? environment["SIGNALBOX_REGION"],
  });
  requireId("organization", chosen.organization);
  requireId("project", chosen.project);
  return {
    url: parseUrl(url),
    token: findToken(options, environment, join(dataDir, "admin.token")),
    ...(caFile === undefined ? {} : { ca: readRequired(caFile, "certificate authority") }),
    ...definedOf({
      organizationId: chosen.organization ?? local["organization"],
      projectId: chosen.project ?? local["project"],
      regionId: chosen.region ?? local["region"],
    }),
    chosen,
  };
}

/** How a command was told to reach the ops listener. */
export interface OpsConnectionOptions extends ConnectionOptions {
  readonly opsUrl?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** Where the ops listener is, who we are, and what TLS needs. */
export interface OpsConnection {
  readonly url: string;
  readonly token: string;
  readonly ca?: string;
  /** PEM of the client certificate that a listener beyond loopback asks for. */
  readonly cert?: string;
  readonly key?: string;
}

/**
 * Finds the ops listener as {@link resolveConnection} finds the other one.
 *
 * @throws Problem `unavailable` or `unauthenticated` that says what to give
 */
export function resolveOpsConnection(
  options: OpsConnectionOptions,
  variables: Environment,
): OpsConnection {
  const environment = withoutEmpty(variables);
  const dataDir = options.dataDir ?? environment["SIGNALBOX_DATA_DIR"] ?? DEFAULT_DATA_DIR;
  const local = readEndpoints(join(dataDir, "endpoints.json"));
  const url = options.opsUrl ?? environment["SIGNALBOX_OPS_URL"] ?? local["ops"];
  if (url === undefined) {
    const isOff = local["rest"] !== undefined || local["xds"] !== undefined;
    throw new Problem(
      "unavailable",
      isOff
        ? "the daemon's ops listener is off; start the daemon with --listen-ops"
        : `no daemon runs on ${dataDir}; start one with \`signalbox serve --data-dir ${dataDir}\`, ` +
            "or give the address of its ops listener with --ops-url or SIGNALBOX_OPS_URL",
    );
  }
  const { certFile, keyFile } = options;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new Problem("invalid_request", "--cert-file and --key-file belong together; give both");
  }
  const caFile = options.caFile ?? environment["SIGNALBOX_CA_FILE"];
  return {
    url: parseUrl(url),
    token: findToken(options, environment, join(dataDir, "admin.token")),
    ...definedOf({
      ca: caFile && readRequired(caFile, "certificate authority"),
      cert: certFile && readRequired(certFile, "client certificate"),
      key: keyFile && readRequired(keyFile, "client key"),
    }),
  };
}

/** `SIGNALBOX_TOKEN=` in a script whose secret is missing means that none was given. */
function withoutEmpty(variables: Environment): Environment {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
}

function findToken(options: ConnectionOptions, environment: Environment, fallback: string): string {
  const file = options.tokenFile ?? environment["SIGNALBOX_TOKEN_FILE"];
  if (file !== undefined) return readRequired(file, "token").trim();
  const given = environment["SIGNALBOX_TOKEN"] ?? readIfPresent(fallback);
  if (given !== undefined) return given.trim();
  throw new Problem(
    "unauthenticated",
    `no token: ${fallback} cannot be read; give one with --token-file or SIGNALBOX_TOKEN ` +
      "(`signalbox token create` makes one)",
  );
}

function readEndpoints(path: string): Readonly<Record<string, string | undefined>> {
  const text = readIfPresent(path);
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch (error) {
    throw new Problem("unavailable", `${path} is not JSON; remove it and restart the daemon`, {
      cause: error,
    });
  }
}

/** The API has no list to look these names up in, so the mistake is told here. */
function requireId(what: "organization" | "project", given: string | undefined): void {
  if (given === undefined || isId(given)) return;
  throw new Problem(
    "invalid_request",
    `${given} is not the id of ${what === "organization" ? "an" : "a"} ${what}; ` +
      "`signalbox config show` on the daemon's machine lists them with their ids",
  );
}

function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Problem("invalid_request", `${text} is not an http or https address`);
  }
  return url.origin;
}

/** @throws Problem `unauthenticated` when the file is there and belongs to somebody else */
function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") return undefined;
    throw new Problem(
      "unauthenticated",
      `${path} is not for this user to read; run the command as the owner of the data directory, ` +
        "or give --url and a token",
      { cause: error },
    );
  }
}

function readRequired(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unreadableFile(`the ${what} file ${path}`, error);
  }
}

/** `values` without the members that are undefined. */
function definedOf<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

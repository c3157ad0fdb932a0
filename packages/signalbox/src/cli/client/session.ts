import { Problem } from "@signalbox/base";
import type { CliIo } from "../cli-io.ts";
import type { OutputFormat } from "../output/render.ts";
import { ApiClient } from "./api-client.ts";
import { type ChosenPlace, type ConnectionOptions, resolveConnection } from "./connection.ts";

export interface SessionOptions extends ConnectionOptions {
  readonly output: OutputFormat;
}

/** What a client command works with: the daemon, the defaults, the output. */
export class Session {
  readonly client: ApiClient;
  readonly io: CliIo;
  readonly output: OutputFormat;
  /** What the command line or the environment named, apart from the daemon's own defaults. */
  readonly chosen: ChosenPlace;
  readonly #ids: Readonly<Record<DefaultId, string | undefined>>;

  constructor(options: SessionOptions, io: CliIo) {
    const connection = resolveConnection(options, io.environment);
    this.io = io;
    this.output = options.output;
    this.chosen = connection.chosen;
    this.#ids = {
      organization: connection.organizationId,
      project: connection.projectId,
      region: connection.regionId,
    };
    this.client = new ApiClient({
      url: connection.url,
      token: connection.token,
      signal: io.signal,
      ...(connection.ca === undefined ? {} : { ca: connection.ca }),
    });
  }

  /** @throws Problem that names the flag, when nothing says which one is meant */
  require(name: DefaultId): string {
    const id = this.#ids[name];
    if (id !== undefined) return id;
    throw new Problem(
      "invalid_request",
      `which ${name}? give its id with --${name} or SIGNALBOX_${name.toUpperCase()}`,
    );
  }

  /** Prints one line of output. */
  print(text: string): void {
    this.io.stdout.write(`${text}\n`);
  }
}

export type DefaultId = "organization" | "project" | "region";

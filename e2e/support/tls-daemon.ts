import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandLine } from "./command-line.ts";
import { DaemonProcess } from "./daemon-process.ts";
import { TestAuthority } from "./test-authority.ts";

/** A daemon over TLS that asks its clients for certificates of one authority. */
export class TlsDaemon {
  /** Its data is in `data` of it. */
  readonly directory: string;
  readonly authority: TestAuthority;
  readonly daemon: DaemonProcess;
  /** Trusts the authority. */
  readonly cli: CommandLine;

  private constructor(directory: string, authority: TestAuthority, daemon: DaemonProcess) {
    this.directory = directory;
    this.authority = authority;
    this.daemon = daemon;
    this.cli = new CommandLine({
      SIGNALBOX_DATA_DIR: daemon.dataDir,
      SIGNALBOX_CA_FILE: authority.cert,
    });
  }

  /** @param config what its configuration file is to hold */
  static async start(args: readonly string[], config: object = {}): Promise<TlsDaemon> {
    const directory = mkdtempSync(join(tmpdir(), "signalbox-mutual-tls-"));
    const authority = new TestAuthority(directory);
    const { cert, key } = authority.issue("server", "localhost");
    const file = join(directory, "config.json");
    writeFileSync(file, JSON.stringify(config));
    const daemon = await DaemonProcess.start(join(directory, "data"), [
      ...["--config", file, "--provider", "simulated", ...args],
      ...["--tls-cert", cert, "--tls-key", key, "--client-ca", authority.cert],
    ]);
    return new TlsDaemon(directory, authority, daemon);
  }

  /** A group of xDS clients, with a cluster `web` for those that `claims` name. */
  async configureEdge(claims: readonly string[]): Promise<void> {
    await this.cli.ok("xds", "group", "create", "edge", ...claims);
    const file = join(this.directory, "web.yaml");
    const type = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    writeFileSync(file, `"@type": ${type}\nname: web\n`);
    await this.cli.ok("xds", "put", "edge", file);
  }

  async stop(): Promise<void> {
    await this.daemon.kill();
    rmSync(this.directory, { recursive: true });
  }
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import type { TestContext } from "node:test";
import type { Clock } from "@signalbox/base";
import { Command } from "commander";
import { hastyClock } from "../../../../../agent/testing/hasty-clock.ts";
import {
  type RecordedFiles,
  recordedMachine,
} from "../../../../../agent/testing/recorded-machine.ts";
import { type RunningAgent, startAgent } from "../../../../../agent/testing/start-agent.ts";
import type { MachineLifeOptions } from "../../../../../agent/machine-life.ts";
import {
  NodeRig,
  type RigOptions,
  type TestMachine,
} from "../../../../../nodes/testing/node-rig.ts";
import type { CliIo } from "../../../../cli-io.ts";
import { exitCodeOf } from "../../../../exit-code.ts";
import { newClientConfig } from "../../client-config/client-config.ts";
import { addNodeCallCommands } from "../node-call-commands.ts";

/** What a command left behind. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What main.ts would print of it. */
  readonly fault: string | undefined;
}

export interface RunOptions {
  /** Ends the command, as Ctrl-C does. */
  readonly signal?: AbortSignal;
  /** @default one whose sleeps are short */
  readonly clock?: Clock;
  /** Told of each piece of the output. */
  readonly onOutput?: (stdout: string) => void;
  readonly onProgress?: (stderr: string) => void;
  /** Of the certificate with which it calls. @default os:admin */
  readonly role?: string;
  /** How long that is good for. @default a day */
  readonly validMs?: number;
  /** Makes another certificate of it. @default as it is */
  readonly spoil?: (pem: string) => string;
}

/** `signalbox node …` in this process, before the daemon's node API and real agents. */
export class NodeCliRig {
  readonly nodes: NodeRig;
  readonly folder: string;
  readonly #t: TestContext;

  private constructor(t: TestContext, nodes: NodeRig, folder: string) {
    this.#t = t;
    this.nodes = nodes;
    this.folder = folder;
  }

  static async use(t: TestContext, options: RigOptions = {}): Promise<NodeCliRig> {
    const folder = mkdtempSync(join(tmpdir(), "node-cli-"));
    t.after(() => rmSync(folder, { recursive: true }));
    return new NodeCliRig(t, await NodeRig.use(t, options), folder);
  }

  /** A machine with these files, and its agent. */
  async addAgent(
    machine: TestMachine,
    files: RecordedFiles,
    options: MachineLifeOptions = {},
  ): Promise<RunningAgent> {
    await this.nodes.addMachine(machine);
    const roots = await recordedMachine(this.#t, files);
    return startAgent(this.#t, this.nodes, machine, { roots, ...options });
  }

  /** Runs `signalbox node ARGS` with a client configuration of its own. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const config = await this.#config(options);
    return runNodeCommand(["--config", config], args, options);
  }

  async #config({ role = "os:admin", validMs, spoil = (pem) => pem }: RunOptions): Promise<string> {
    const person = { roles: [role], ...(validMs === undefined ? {} : { validMs }) };
    const { cert, key, ca } = await this.nodes.certificateFor(person);
    const certificate = spoil(cert);
    const endpoints = [this.nodes.address];
    const path = join(this.folder, `${role.replace(":", "-")}.yaml`);
    writeFileSync(path, newClientConfig("test", { endpoints, nodes: [], ca, certificate, key }));
    return path;
  }
}

async function runNodeCommand(
  flags: readonly string[],
  args: readonly string[],
  { signal = new AbortController().signal, clock = hastyClock, onOutput, onProgress }: RunOptions,
): Promise<Ran> {
  const stdout = new Collected(onOutput);
  const stderr = new Collected(onProgress);
  const io: CliIo = {
    stdin: process.stdin,
    stdout,
    stderr,
    isInteractive: false,
    environment: {},
    clock,
    signal,
  };
  const program = new Command("signalbox").exitOverride();
  addNodeCallCommands(program.command("node"), io);
  let fault: unknown;
  try {
    await program.parseAsync(["node", ...args, ...flags], { from: "user" });
  } catch (error) {
    fault = error;
  }
  return {
    code: fault === undefined ? 0 : exitCodeOf(fault),
    stdout: stdout.text,
    stderr: stderr.text,
    fault: fault instanceof Error ? fault.message : undefined,
  };
}

class Collected extends Writable {
  text = "";

  constructor(onText: (text: string) => void = () => {}) {
    super({
      write: (chunk: Buffer, _encoding, done) => {
        this.text += chunk.toString();
        onText(this.text);
        done();
      },
    });
  }
}

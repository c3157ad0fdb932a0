import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Commands } from "./commands.ts";
import { announce, showConsole } from "./terminal.ts";

const MARKER = "/root/quickstart-marker";
const BOOT_TIMEOUT_MS = 120_000;

/** What the region that the tour runs in can do. */
export interface TourRegion {
  /** Real machines print real lines; simulated ones run no user data. */
  readonly isReal: boolean;
  readonly flavor: string;
  readonly image: string;
}

/** Looks at what the daemon offers, and waits until there is an image to boot. */
export async function describeRegion(commands: Commands): Promise<TourRegion> {
  const regions = JSON.parse(await commands.read("region", "list", "--output", "json")) as {
    spec: { type: string };
  }[];
  const isReal = regions[0]?.spec.type === "qemu";
  if (!isReal) {
    announce("the servers of this tour are simulated: they boot no guest and run no user data");
    return { isReal, flavor: "sim-standard-4", image: "ubuntu-24.04-amd64" };
  }
  announce("wait until the guest image is stored");
  await commands.run("image", "get", "signalbox-guest", "--wait");
  return { isReal, flavor: "tiny", image: "signalbox-guest" };
}

/** Creates a network and boots a server that runs user data. */
export async function bootFirstServer(
  commands: Commands,
  region: TourRegion,
  workDir: string,
): Promise<void> {
  const userData = join(workDir, "hello.sh");
  await writeFile(
    userData,
    `#!/bin/sh\necho "user data: hello from $(hostname)"\necho "written by $(hostname)" > ${MARKER}\nsync\n`,
  );
  announce("a network, and a server on it");
  const network = await demoNetwork(commands);
  await createServer(commands, { ...region, network, name: "first", userData });
  await showBoot(commands, region, "first", "user data: hello from first");
}

/** Stops and starts the server, and boots a second one from its snapshot. */
export async function proveLifeCycle(
  commands: Commands,
  region: TourRegion,
  workDir: string,
): Promise<void> {
  announce("stop and start it");
  await commands.run("server", "stop", "first", "--wait");
  await commands.run("server", "start", "first", "--wait");

  announce("take a snapshot, and boot a second server from it");
  const snapshot = ["server", "snapshot", "first", "first-copy", "--wait"];
  await commands.make("image", "first-copy", ...snapshot);
  const userData = join(workDir, "read-marker.sh");
  await writeFile(userData, `#!/bin/sh\necho "marker: $(cat ${MARKER})"\n`);
  const second = { flavor: region.flavor, image: "first-copy", network: "demo" };
  await createServer(commands, { ...second, name: "second", userData });
  await showBoot(commands, region, "second", "marker: written by first");
}

/** The network of an earlier start, which is not ours to remove; else a new one. */
async function demoNetwork(commands: Commands): Promise<string> {
  const list = await commands.read("network", "list", "--name", "demo", "--output", "json");
  const [earlier] = JSON.parse(list) as { metadata: { id: string } }[];
  if (earlier !== undefined) return earlier.metadata.id;
  const prefix = ["--prefix", "192.168.10.0/24"];
  await commands.make("network", "demo", "network", "create", "demo", ...prefix, "--wait");
  return "demo";
}

interface TourServer {
  readonly name: string;
  readonly network: string;
  readonly flavor: string;
  readonly image: string;
  readonly userData: string;
}

function createServer(commands: Commands, server: TourServer): Promise<void> {
  const { name, network, flavor, image, userData } = server;
  const fixed = ["--network", network, "--flavor", flavor, "--image", image];
  const create = ["server", "create", name, ...fixed, "--user-data", userData, "--wait"];
  return commands.make("server", name, ...create);
}

async function showBoot(
  commands: Commands,
  region: TourRegion,
  server: string,
  wanted: string,
): Promise<void> {
  announce(`the serial console of ${server}`);
  if (region.isReal) await commands.followConsole(server, wanted, BOOT_TIMEOUT_MS);
  else showConsole(await commands.read("server", "logs", server));
}

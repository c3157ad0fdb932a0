// A machine's life in a process of its own: `life-child.ts DIRECTORY`, whose agent.yaml says what
// runs. It ends in good order at SIGTERM.
import { once } from "node:events";
import { join } from "node:path";
import { silentLog, systemClock, systemRandom } from "@signalbox/base";
import { loadAgentConfig } from "../config/agent-config.ts";
import { MachineLife } from "../machine-life.ts";

const directory = process.argv[2] ?? "";
const roots = { proc: "/proc", sys: "/sys", root: "/" };
const config = await loadAgentConfig(join(directory, "agent.yaml"));
const deps = { clock: systemClock, random: systemRandom, log: silentLog, roots };
const life = new MachineLife(deps, { config, directory });
const told = once(process, "SIGTERM");
await life.start();
const keepAlive = setInterval(() => {}, 1_000_000);
await told;
clearInterval(keepAlive);
await life.stop();

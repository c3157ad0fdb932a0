import { failure, type Judgement, warning, well } from "../finding.ts";
import { bytesText } from "../quantity.ts";

export interface HostFacts {
  /** As `process.platform` has it. */
  readonly platform: string;
  /** `24.21.0` */
  readonly nodeVersion: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** What this process could still take; less than the host's where a limit is set. */
  readonly availableBytes: number;
}

const NODE_MAJOR = 24;
const MIB = 1024 ** 2;
/** The daemon with a few thousand resources, and some room. */
const ENOUGH_BYTES = 256 * MIB;

export function judgeHost(facts: HostFacts): readonly Judgement[] {
  return [...judgeNode(facts), ...judgePlatform(facts), judgeMemory(facts)];
}

function judgeNode({ nodeVersion }: HostFacts): readonly Judgement[] {
  if (Number.parseInt(nodeVersion, 10) >= NODE_MAJOR) return [];
  return [failure(`Node ${nodeVersion} is too old`, `install Node ${NODE_MAJOR} or newer`)];
}

function judgePlatform({ platform }: HostFacts): readonly Judgement[] {
  if (platform === "linux") return [];
  const advice = "run it on Linux; simulated machines may do here";
  return [warning(`the system is ${platform}, on which nothing was tried`, advice)];
}

function judgeMemory({ nodeVersion, cpus, memoryBytes, availableBytes }: HostFacts): Judgement {
  const processors = cpus === 1 ? "1 CPU" : `${cpus} CPUs`;
  const memory = `${bytesText(availableBytes)} of ${bytesText(memoryBytes)} of memory are free`;
  if (availableBytes >= ENOUGH_BYTES) return well(`Node ${nodeVersion}, ${processors}, ${memory}`);
  return warning(
    `only ${memory}: the system may end the daemon or its machines at any time`,
    "stop something, delete servers, or give the host more memory",
  );
}

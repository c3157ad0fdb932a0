import { spawn } from "node:child_process";

export interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs one step with its output on ours; answers its exit code (1 when a signal ended it). */
export function runStep(step: Step): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(step.command, step.args, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...step.env },
  });
  child.once("error", reject);
  child.once("close", (code) => resolve(code ?? 1));
  return promise;
}

/** Runs steps in order, stopping at the first that fails; prints how long each took. */
export async function runSteps(steps: readonly Step[]): Promise<number> {
  for (const step of steps) {
    const startedMs = performance.now();
    process.stdout.write(`\n== ${step.name}\n`);
    const code = await runStep(step);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    process.stdout.write(
      `== ${step.name}: ${code === 0 ? "ok" : `failed (${code})`}, ${seconds} s\n`,
    );
    if (code !== 0) return code;
  }
  return 0;
}

/** Runs several lists of steps side by side, each to its end; answers the first code that is not 0. */
export async function runLanes(lanes: readonly (readonly Step[])[]): Promise<number> {
  const codes = await Promise.all(lanes.map(runSteps));
  return codes.find((code) => code !== 0) ?? 0;
}

// Guesses passwords, in a process of its own, so that the flood's own work delays no measurement.
// Told `{ url, users, perSecond, forMs }`; reports how many guesses got which status.
import { Agent } from "node:http";
import { systemClock as clock } from "@signalbox/base";
import { basic, timedCall } from "./timed-call.ts";

export interface Flood {
  readonly url: string;
  /** Whose passwords are guessed, in turn. */
  readonly users: readonly string[];
  readonly perSecond: number;
  readonly forMs: number;
}

/** Statuses and how often each was answered. */
export type FloodReport = Readonly<Record<string, number>>;

process.on(
  "message",
  (flood) => void guess(flood as Flood).then((report) => process.send?.(report)),
);

async function guess({ url, users, perSecond, forMs }: Flood): Promise<FloodReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const calls: Promise<void>[] = [];
  const report: Record<string, number> = {};
  const one = async (n: number): Promise<void> => {
    const authorization = basic(users[n % users.length] ?? "nobody", `guess ${n}`);
    const { status } = await timedCall({ url, authorization, agent });
    report[status] = (report[status] ?? 0) + 1;
  };
  const startedMs = clock.monotonic();
  for (let passedMs = 0; passedMs < forMs; passedMs = clock.monotonic() - startedMs) {
    while (calls.length < (passedMs / 1000) * perSecond) calls.push(one(calls.length));
    await clock.sleep(5);
  }
  await Promise.all(calls);
  agent.destroy();
  return report;
}

import { Agent } from "node:http";
import { systemClock as clock } from "@signalbox/base";
import type { BenchRow } from "../bench-row.ts";
import type { BenchDaemon } from "../daemon-process.ts";
import { Forked } from "../forked.ts";
import type { Flood, FloodReport } from "./flood-process.ts";
import { basic, type Call, timedCall } from "./timed-call.ts";

const GUESSES_A_SECOND = 500;
const QUIET_MS = 5000;
/** Long enough that what was verified before is not only remembered from just before. */
const FLOOD_MS = 15_000;
/** By then the guesser's address is locked out, and the accounts are delayed the most. */
const NEW_LOGIN_AFTER_MS = 3000;
const BETWEEN_CALLS_MS = 10;

/** What a flood of wrong passwords from one address costs everybody else. */
export async function floodRows(
  daemon: BenchDaemon,
  users: { readonly known: string; readonly unknown: string; readonly password: string },
): Promise<readonly BenchRow[]> {
  using guesser = new Forked<Flood, FloodReport>(new URL("flood-process.ts", import.meta.url), []);
  const agent = new Agent({ keepAlive: true });
  const info = `${daemon.urls.ops}/info`;
  const rest = {
    url: `${daemon.urls.rest}/api/v2/regions`,
    authorization: `Bearer ${daemon.token}`,
  };
  const admin = { url: info, authorization: basic(users.known, users.password) };
  const calls = (forMs: number) =>
    Promise.all([steady({ ...rest, agent }, forMs), steady({ ...admin, agent }, forMs)]);
  try {
    await calls(QUIET_MS / 5);
    const quiet = await calls(QUIET_MS);
    const flood = guesser.tell({
      url: info,
      users: [users.known, users.unknown],
      perSecond: GUESSES_A_SECOND,
      forMs: FLOOD_MS,
    });
    const during = calls(FLOOD_MS);
    await clock.sleep(NEW_LOGIN_AFTER_MS);
    const authorization = basic(users.unknown, users.password);
    const login = await timedCall({ url: info, authorization, localAddress: "127.0.0.2" });
    assertServed(login.status);
    const busy = await during;
    const guesses = describe(await flood);
    return [
      p99Row("the REST API", quiet[0], busy[0], guesses),
      p99Row("the admin API for a user verified before", quiet[1], busy[1], guesses),
      {
        name: "ops: first right login from another address during the flood",
        value: login.ms / 1000,
        unit: "s",
        budget: { atMost: 2 },
        detail: "of a user whose password is being guessed, from 127.0.0.2",
      },
    ];
  } finally {
    agent.destroy();
  }
}

function p99Row(
  whose: string,
  quiet: readonly number[],
  busy: readonly number[],
  guesses: string,
): BenchRow {
  return {
    name: `ops: p99 of ${whose} under 500 wrong passwords a second, of twice the quiet one + 5 ms`,
    value: p99(busy) / (2 * p99(quiet) + 5),
    unit: "ratio",
    budget: { atMost: 1 },
    detail: `quiet ${p99(quiet).toFixed(1)} ms, flooded ${p99(busy).toFixed(1)} ms in ${busy.length} calls, all served; guesses in ${FLOOD_MS / 1000} s: ${guesses}`,
  };
}

/** One call after the other, all of which have to be served; answers their times. */
async function steady(call: Call, forMs: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (const untilMs = clock.monotonic() + forMs; clock.monotonic() < untilMs; ) {
    const { status, ms } = await timedCall(call);
    assertServed(status);
    times.push(ms);
    await clock.sleep(BETWEEN_CALLS_MS);
  }
  return times;
}

function assertServed(status: number): void {
  if (status !== 200) throw new Error(`a call that is no guess was answered ${status}`);
}

function describe(report: FloodReport): string {
  return Object.entries(report)
    .map(([status, count]) => `${count} answered ${status}`)
    .join(", ");
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0;
}

import { systemClock as clock } from "@signalbox/base";
import type { BenchRow } from "../bench-row.ts";
import type { BenchDaemon } from "../daemon-process.ts";
import { measureRate } from "../keep-alive-load.ts";

const ROUNDS = 3;
const ROUND_MS = 10_500;
/** The default, and shorter than a round: a profile is begun, taken and written out within one. */
const PROFILE_SECONDS = 10;
const CONNECTIONS = 16;

interface Round {
  readonly perSecond: number;
  /** Of the event loop's thread. What the machine does besides hardly moves it. */
  readonly perCpuSecond: number;
}

/** What a CPU profile costs a daemon that answers as many requests as it can. */
export async function profileRow(daemon: BenchDaemon): Promise<BenchRow> {
  const plain: Round[] = [];
  const profiled: Round[] = [];
  await playRound(daemon);
  for (let n = 0; n < ROUNDS; n++) {
    plain.push(await playRound(daemon));
    const profile = takeProfile(daemon);
    profiled.push(await playRound(daemon));
    await profile;
  }
  const ratio = (of: (round: Round) => number): number =>
    median(profiled.map(of)) / median(plain.map(of));
  const perSecond = (rounds: readonly Round[]): number =>
    Math.round(median(rounds.map((round) => round.perSecond)));
  return {
    name: "ops: throughput of a busy daemon while a CPU profile is taken",
    value: ratio((round) => round.perCpuSecond),
    unit: "ratio",
    budget: { atLeast: 0.95 },
    detail: `requests a second of CPU time of its event loop, which is what bounds them; by the clock ${perSecond(plain)}/s without, ${perSecond(profiled)}/s with; medians of ${ROUNDS} alternating rounds of ${ROUND_MS / 1000} s`,
  };
}

async function playRound(daemon: BenchDaemon): Promise<Round> {
  const { urls, token } = daemon;
  const { port, host } = new URL(urls.rest);
  const request = `GET /api/v2/regions HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\n\r\n`;
  const [startedMs, startedCpuMs] = [clock.monotonic(), daemon.loopCpuMs()];
  const perSecond = await measureRate({
    port: Number(port),
    request,
    connections: CONNECTIONS,
    durationMs: ROUND_MS,
  });
  const answered = perSecond * ((clock.monotonic() - startedMs) / 1000);
  return { perSecond, perCpuSecond: answered / ((daemon.loopCpuMs() - startedCpuMs) / 1000) };
}

async function takeProfile({ urls, token }: BenchDaemon): Promise<void> {
  const answer = await fetch(`${urls.ops}/profiles/cpu?seconds=${PROFILE_SECONDS}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  const { byteLength } = await answer.arrayBuffer();
  if (answer.status !== 200 || byteLength === 0) {
    throw new Error(`a profile was answered ${answer.status}, ${byteLength} bytes`);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

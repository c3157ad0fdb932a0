import type { Problem, Random } from "@signalbox/base";
import { problemBody } from "./problem-body.ts";

/** A whole HTTP/1.1 answer for a problem, for sockets that have no response object. */
export function rawAnswer(problem: Problem, random: Random): string {
  const { status } = problem.row;
  const body = JSON.stringify(problemBody(problem, random.bytes(16).toString("hex")));
  const extra = Object.entries(problem.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `HTTP/1.1 ${status} ${problem.row.error}\r\n` +
    "content-type: application/json\r\n" +
    "cache-control: no-cache\r\n" +
    "access-control-allow-origin: *\r\n" +
    `content-length: ${Buffer.byteLength(body)}\r\n` +
    `${extra.join("")}connection: close\r\n\r\n${body}`
  );
}

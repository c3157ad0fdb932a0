import { compareBytes } from "../../compare-bytes.ts";
import { briefMember, fullMember } from "../../membership/member.ts";
import type { AdminOptions } from "../admin-options.ts";
import { jsonAnswer } from "../answers.ts";
import type { Route } from "../route.ts";

/** What the process is: `/info` as the contract has it (ops §3), and its parts alone. */
export function infoRoutes(options: AdminOptions): readonly Route[] {
  const { components, cluster, statistics } = options;
  const info = { ...options.info };
  const read = (path: string, value: () => unknown): Route => ({
    path,
    method: "GET",
    permission: "admin:read",
    answer: () => jsonAnswer(value()),
  });
  return [
    read("/info", () =>
      sorted({
        ...info,
        ...(components && { components: components() }),
        ...(cluster && { cluster: cluster.members().map(briefMember) }),
      }),
    ),
    ...(components ? [read("/components", components)] : []),
    ...(cluster ? [read("/members", () => cluster.members().map(fullMember))] : []),
    ...(statistics ? [read("/statistics", () => sampled(statistics))] : []),
  ];
}

function sorted(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => compareBytes(a, b)));
}

function sampled(statistics: Readonly<Record<string, () => unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(statistics).map(([name, read]) => [name, read()]));
}

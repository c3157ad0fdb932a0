import type { Store } from "@signalbox/store";
import type { JoinTokens } from "../../authority/enrolment/join-tokens.ts";
import { durationMs } from "../../config/duration.ts";
import type { Assembly } from "../assembly.ts";
import type { DaemonAuthority } from "./daemon-authority.ts";

/** The join tokens of a daemon; undefined while its machines cannot enrol. */
export function daemonJoinTokens(
  { config, clock, random }: Pick<Assembly, "config" | "clock" | "random">,
  store: Store,
  authority: DaemonAuthority,
): JoinTokens | undefined {
  if (config.listen.enrol === "off") return undefined;
  const lifetimeMs = durationMs(config.authority.joinTokenLifetime);
  const create = async (): Promise<JoinTokens> => {
    const { createJoinTokens } = await import("../../authority/enrolment/join-tokens.ts");
    return createJoinTokens({ store, authority: await authority(), clock, random, lifetimeMs });
  };
  let tokens: Promise<JoinTokens> | undefined;
  return { mint: async (server) => (await (tokens ??= create())).mint(server) };
}

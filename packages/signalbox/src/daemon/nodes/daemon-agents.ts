import { parseListenAddress } from "../../config/listen-address.ts";
import type { JoinTokens } from "../../authority/enrolment/join-tokens.ts";
import type { AgentAccess } from "../../providers/agent-access.ts";

/** What providers are given for the agents of their machines. */
export interface DaemonAgents {
  /** Undefined while machines cannot enrol. */
  readonly access: AgentAccess | undefined;
  /** Providers start before the enrolment listener: this tells where it is. */
  readonly opened: (address: string | undefined) => void;
}

export function daemonAgents(joinTokens: JoinTokens | undefined): DaemonAgents {
  let listener: ReturnType<AgentAccess["enrolment"]>;
  return {
    access: joinTokens && {
      joinToken: async (id) => (await joinTokens.mint({ id })).token,
      enrolment: () => listener,
    },
    opened: (address) => {
      const parsed = address === undefined ? undefined : parseListenAddress(address);
      listener = parsed?.ok === true ? parsed.value : undefined;
    },
  };
}

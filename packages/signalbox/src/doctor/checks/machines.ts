import { type Judgement, warning, well } from "../finding.ts";

/** A machine as its directory shows it. */
export interface MachineFacts {
  readonly serverId: string;
  readonly state:
    | { readonly is: "running" }
    | { readonly is: "off" }
    /** It should run and does not. */
    | { readonly is: "down"; readonly reason: string }
    | { readonly is: "unreadable"; readonly reason: string };
}

export interface MachinesFacts {
  readonly machines: readonly MachineFacts[];
  readonly isDaemonRunning: boolean;
}

const SHOWN = 10;

export function judgeMachines({ machines, isDaemonRunning }: MachinesFacts): readonly Judgement[] {
  const troubled = machines.flatMap(({ serverId, state }) =>
    state.is === "down" || state.is === "unreadable" ? [{ serverId, reason: state.reason }] : [],
  );
  const shown = troubled
    .slice(0, SHOWN)
    .map(({ serverId, reason }) =>
      warning(
        `server ${serverId}: ${reason}`,
        isDaemonRunning
          ? `the daemon starts it again; \`signalbox server get ${serverId}\` and \`signalbox server logs ${serverId}\` say more`
          : "start the daemon, which starts it again",
      ),
    );
  const running = machines.filter(({ state }) => state.is === "running").length;
  const rest = troubled.length > SHOWN ? `; ${troubled.length - SHOWN} more are down` : "";
  return [...shown, well(`${running} of ${machines.length} run${rest}`)];
}

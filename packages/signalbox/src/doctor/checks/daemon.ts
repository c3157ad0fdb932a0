import { type Account, accountText } from "../account.ts";
import { failure, type Judgement, warning, well } from "../finding.ts";

export interface DaemonFacts {
  readonly dataDir: string;
  /** The process that holds the store's lock. */
  readonly holder: LockHolder | undefined;
  /** Whether `endpoints.json` is there, which a daemon writes when it is ready. */
  readonly hasEndpoints: boolean;
}

export interface LockHolder {
  readonly pid: number;
  /** Absent when the process cannot be seen from here, as from within a container. */
  readonly user?: Account | undefined;
  readonly command?: string | undefined;
  /** It was stopped by a signal or a debugger, and answers nobody. */
  readonly isStopped?: boolean | undefined;
}

export function judgeDaemon({ dataDir, holder, hasEndpoints }: DaemonFacts): readonly Judgement[] {
  if (holder === undefined) return [judgeAbsence(dataDir, hasEndpoints)];
  // In a container, processes outside of it have no number.
  const who =
    holder.pid > 0
      ? `process ${holder.pid}${details(holder)}`
      : "a process outside of this container";
  if (holder.isStopped === true) {
    return [
      failure(
        `${who} holds the store, but was stopped (SIGSTOP) and answers nobody`,
        `\`kill -CONT ${holder.pid}\``,
      ),
    ];
  }
  if (hasEndpoints) return [well(`it runs: ${who}`)];
  return [
    warning(
      `${who} holds the store and has not said where it listens: a daemon that starts or stops, or another program`,
      `ask again in a moment; if it stays so, look at the process (\`ps ${holder.pid}\`)`,
    ),
  ];
}

function judgeAbsence(dataDir: string, hasEndpoints: boolean): Judgement {
  if (!hasEndpoints) return well("none runs");
  return warning(
    "none runs, and the last one did not stop in good order: it crashed or was killed",
    `start it again (\`signalbox serve --data-dir ${dataDir}\`); it finds its machines again. Its log, and \`dmesg\` for a lack of memory, may say why`,
  );
}

function details({ user, command }: LockHolder): string {
  const known = [user && `of ${accountText(user)}`, command].filter(Boolean);
  return known.length === 0 ? "" : ` (${known.join(": ")})`;
}

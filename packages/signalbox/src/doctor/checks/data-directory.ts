import { type Account, accountText } from "../account.ts";
import { failure, type Judgement, warning, well } from "../finding.ts";
import { modeText } from "../quantity.ts";

export interface DirectoryFacts {
  readonly path: string;
  /** Who asks, and would start the daemon. */
  readonly user: Account;
  readonly state:
    | { readonly is: "absent"; readonly parent: string; readonly canBeMade: boolean }
    /** A directory above it may not be entered. */
    | { readonly is: "hidden" }
    | { readonly is: "no directory" }
    | {
        readonly is: "there";
        readonly owner: Account;
        readonly mode: number;
        /** The system's code, when this user may not read, write or enter it. */
        readonly refusal: string | undefined;
      };
}

const OTHERS_WRITE = 0o022;

export function judgeDataDirectory({ path, user, state }: DirectoryFacts): readonly Judgement[] {
  const me = accountText(user);
  switch (state.is) {
    case "hidden":
      return [
        failure(
          `${me} may not enter a directory on the way to ${path}`,
          "run as the user whose directory it is, or give another with --data-dir",
        ),
      ];
    case "no directory":
      return [failure(`${path} is no directory`, "move the file away, or give another --data-dir")];
    case "absent":
      return [judgeAbsent(path, me, state)];
    case "there":
      return [judgePresent(path, user, state)];
  }
}

type State<Is extends DirectoryFacts["state"]["is"]> = Extract<
  DirectoryFacts["state"],
  { readonly is: Is }
>;

function judgeAbsent(path: string, me: string, { parent, canBeMade }: State<"absent">): Judgement {
  if (canBeMade) return well(`${path} is not there yet; the first \`signalbox serve\` makes it`);
  return failure(
    `${path} is not there, and ${me} may not write ${parent} to make it`,
    `make it as root (\`install -d -m 0700 -o ${me} ${path}\`), or give another with --data-dir`,
  );
}

function judgePresent(path: string, user: Account, state: State<"there">): Judgement {
  const { owner, mode, refusal } = state;
  const me = accountText(user);
  const whose = `${path} belongs to ${accountText(owner)}, mode ${modeText(mode)}`;
  if (refusal === "EROFS") {
    return failure(`${path} is on a file system that is mounted read-only`, "mount it read-write");
  }
  if (refusal !== undefined) {
    const advice =
      owner.uid === user.uid
        ? `\`chmod 0700 ${path}\``
        : `start the daemon as ${accountText(owner)}, or \`chown -R ${me} ${path}\` as root`;
    return failure(`${whose}: ${me} may not read, write and enter it`, advice);
  }
  if (owner.uid !== user.uid) {
    return warning(
      `${whose}: what ${me} writes there ${accountText(owner)} cannot use`,
      `run \`signalbox serve\` as ${accountText(owner)}`,
    );
  }
  if ((mode & OTHERS_WRITE) !== 0) {
    return failure(`${whose}: other users may put files there`, `\`chmod 0700 ${path}\``);
  }
  return well(whose);
}

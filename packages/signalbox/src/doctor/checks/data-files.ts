import { type Account, accountText } from "../account.ts";
import { failure, type Judgement, warning, well } from "../finding.ts";
import { modeText } from "../quantity.ts";

/** One entry of the data directory, or of its store. */
export interface FileFacts {
  /** Relative to the data directory. */
  readonly name: string;
  readonly owner: Account;
  readonly mode: number;
  /** Whether this user may read and write it. */
  readonly isUsable: boolean;
  /** Whoever reads it is administrator, or may become it. */
  readonly isSecret: boolean;
}

export interface FilesFacts {
  readonly directory: string;
  readonly owner: Account;
  readonly user: Account;
  readonly files: readonly FileFacts[];
}

const OTHERS_WRITE = 0o022;
const OTHERS_ANYTHING = 0o077;
/** More of the same kind add nothing. */
const SHOWN = 5;

export function judgeDataFiles(facts: FilesFacts): readonly Judgement[] {
  const { directory, user, files } = facts;
  const unusable = files.filter(({ isUsable }) => !isUsable);
  const foreign = files.filter(({ owner, isUsable }) => isUsable && owner.uid !== facts.owner.uid);
  const loose = files.filter(isLoose);
  const owner = accountText(facts.owner);
  const found = [
    ...group(unusable, (names) =>
      failure(
        `${accountText(user)} may not read and write ${names}`,
        `\`chown -R ${owner} ${directory}\` as root, and start the daemon as ${owner}`,
      ),
    ),
    ...group(foreign, (names) =>
      warning(
        `${names}: of another user than the directory (${owner})`,
        `\`chown -R ${owner} ${directory}\` as root`,
      ),
    ),
    ...group(loose, (names) =>
      failure(
        `other users of this host have access to ${names}`,
        `\`chmod -R go-rwx ${directory}\`; make new tokens if somebody may have read them`,
      ),
    ),
  ];
  return found.length > 0 ? found : [well(`${files.length} entries, for their owner alone`)];
}

function isLoose({ mode, isSecret }: FileFacts): boolean {
  return (mode & (isSecret ? OTHERS_ANYTHING : OTHERS_WRITE)) !== 0;
}

function group(
  files: readonly FileFacts[],
  judge: (names: string) => Judgement,
): readonly Judgement[] {
  if (files.length === 0) return [];
  const shown = files.slice(0, SHOWN).map(({ name, owner, mode }) => {
    return `${name} (${accountText(owner)}, ${modeText(mode)})`;
  });
  const more = files.length > SHOWN ? ` and ${files.length - SHOWN} more` : "";
  return [judge(`${shown.join(", ")}${more}`)];
}

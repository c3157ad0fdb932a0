import { failure, type Judgement, warning, well } from "../finding.ts";
import { bytesText } from "../quantity.ts";

export type StoreFacts =
  | { readonly is: "absent" }
  /** A process has it open, so it cannot be read through from here. */
  | { readonly is: "held"; readonly bytes: number }
  /** Not read through: why. */
  | { readonly is: "unread"; readonly reason: string }
  | {
      readonly is: "whole";
      readonly bytes: number;
      readonly revision: number;
      /** The revision that it had by the note beside it, 0 without one. */
      readonly notedRevision: number;
      /** Ids that it refers to: `organizations`, `projects`, `regions`. */
      readonly referenced: Readonly<Record<string, readonly string[]>>;
    }
  | { readonly is: "broken"; readonly reason: string };

const RESTORE =
  "put a backup in its place, and keep the damaged directory: its machines still run on its disks";

export function judgeStore(facts: StoreFacts): readonly Judgement[] {
  switch (facts.is) {
    case "absent":
      return [well("there is none yet")];
    case "held":
      return [well(`${bytesText(facts.bytes)}, open in the daemon`)];
    case "unread":
      return [warning(`it was not read through: ${facts.reason}`, "make room, and ask again")];
    case "broken":
      return [failure(facts.reason, RESTORE)];
    case "whole":
      return [judgeRevision(facts)];
  }
}

function judgeRevision(facts: Extract<StoreFacts, { readonly is: "whole" }>): Judgement {
  const { revision, notedRevision, bytes } = facts;
  if (revision >= notedRevision) {
    return well(`${bytesText(bytes)}, whole, at revision ${revision}`);
  }
  return failure(
    `it is at revision ${revision}, but was at ${notedRevision} before: part of it is lost, or it is an older copy`,
    "put the right copy back; to give up the machines that it does not know, remove store.revision",
  );
}

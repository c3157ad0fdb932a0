import { failure, type Judgement, well } from "../finding.ts";

/** A configured listener, and what came of trying its address. */
export interface ListenerFacts {
  /** `rest` */
  readonly name: string;
  /** `--listen-rest` */
  readonly flag: string;
  /** `127.0.0.1:6080` */
  readonly address: string;
  readonly state:
    | { readonly is: "off" | "free" }
    /** The running daemon has it. */
    | { readonly is: "ours" }
    /** By whom, as far as this user may know. */
    | { readonly is: "taken"; readonly by: string | undefined }
    | { readonly is: "impossible"; readonly code: string };
}

export function judgeListeners(listeners: readonly ListenerFacts[]): readonly Judgement[] {
  return listeners.map(judgeListener);
}

function judgeListener({ name, flag, address, state }: ListenerFacts): Judgement {
  const another = `choose another address with ${flag}`;
  switch (state.is) {
    case "off":
      return well(`${name}: off`);
    case "free":
      return well(`${name}: ${address} is free`);
    case "ours":
      return well(`${name}: the daemon listens on ${address}`);
    case "taken": {
      const by = state.by === undefined ? "by a process of another user" : `by ${state.by}`;
      return failure(`${name}: ${address} is taken ${by}`, `stop it, or ${another}`);
    }
    case "impossible":
      return failure(`${name}: ${address} cannot be used: ${reasonOf(state.code)}`, another);
  }
}

function reasonOf(code: string): string {
  switch (code) {
    case "EADDRNOTAVAIL":
      return "this host has no such address";
    case "EACCES":
      return "this user may not (ports below 1024 need a privilege)";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the name cannot be resolved";
    default:
      return code;
  }
}

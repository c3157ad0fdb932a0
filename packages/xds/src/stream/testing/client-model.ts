import type { SeenAnswer } from "./answers.ts";

/** Content that no client of these tests accepts begins with this. */
export const POISON = "poison";

export const isPoison = (content: string | undefined): boolean =>
  content?.startsWith(POISON) === true;

/**
 * A client that does what the protocol lets clients do, no more: it keeps what it accepted, keeps
 * the last good content of what it refuses, and forgets what it gives up. Test-grade.
 */
export interface ClientModel {
  subscribe(typeUrl: string, name: string): void;
  unsubscribe(typeUrl: string, name: string): void;
  /** Forgets a name that it holds, and asks for it again. */
  resubscribe(typeUrl: string, name: string): void;
  /** Asks for everything in the legacy way, when that is still open. */
  subscribeLegacy(typeUrl: string): void;
  receive(answer: SeenAnswer): void;
  /** The stream was lost. The new one begins with what the client held. */
  reconnected(keepsState: boolean): void;
  /** Whether the client wants this resource. */
  wants(typeUrl: string, name: string): boolean;
  /** Names held one by one. */
  names(typeUrl: string): ReadonlySet<string>;
  /** What it runs with: name → content. */
  view(typeUrl: string): ReadonlyMap<string, string>;
  /** Names that it was told do not exist. Incremental only. */
  absent(typeUrl: string): ReadonlySet<string>;
}

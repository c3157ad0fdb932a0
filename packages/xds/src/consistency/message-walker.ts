import { type DescMessage, fromBinary, type Message, type Registry } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import type { Any } from "@bufbuild/protobuf/wkt";

const ANY = "google.protobuf.Any";
/** Deeper than any configuration; bytes made to be deep must not exhaust the stack. */
const MAX_DEPTH = 64;

/** Visits the messages of some types within a message, itself included, those in `Any` too. */
export class MessageWalker {
  /** Knows the messages within `Any`; those that it does not know are left out. */
  readonly #registry: Registry;
  readonly #typeNames: ReadonlySet<string>;
  /** Whether such a message can be within a type at all: most types need no look. */
  readonly #reach = new Map<string, boolean>();

  constructor(registry: Registry, typeNames: Iterable<string>) {
    this.#registry = registry;
    this.#typeNames = new Set(typeNames);
  }

  /** @throws Error when the bytes of an `Any` are not what it says */
  walk(desc: DescMessage, message: Message, visit: (message: Message) => void): void {
    this.#walk(reflect(desc, message), visit, 0);
  }

  #walk(reflected: ReflectMessage, visit: (message: Message) => void, depth: number): void {
    const { desc, message } = reflected;
    if (depth > MAX_DEPTH || !this.#canReach(desc)) return;
    if (desc.typeName === ANY) {
      this.#walkAny(message as Any, visit, depth);
      return;
    }
    if (this.#typeNames.has(desc.typeName)) visit(message);
    for (const child of childrenOf(reflected)) this.#walk(child, visit, depth + 1);
  }

  #walkAny({ typeUrl, value }: Any, visit: (message: Message) => void, depth: number): void {
    const desc = this.#registry.getMessage(typeUrl.slice(typeUrl.lastIndexOf("/") + 1));
    if (desc === undefined || !this.#canReach(desc)) return;
    this.#walk(reflect(desc, fromBinary(desc, value)), visit, depth + 1);
  }

  #canReach(desc: DescMessage): boolean {
    const known = this.#reach.get(desc.typeName);
    if (known !== undefined) return known;
    const seen = new Map([[desc.typeName, desc]]);
    let isFound = false;
    // A map is walked in the order of insertion, which goes on while it grows.
    for (const [typeName, type] of seen) {
      isFound ||= typeName === ANY || this.#typeNames.has(typeName);
      if (isFound) break;
      for (const { message } of type.fields) {
        if (message !== undefined) seen.set(message.typeName, message);
      }
    }
    this.#reach.set(desc.typeName, isFound);
    return isFound;
  }
}

/** The messages that are directly in a message. */
function* childrenOf(reflected: ReflectMessage): Iterable<ReflectMessage> {
  for (const field of reflected.fields) {
    if (field.message === undefined || !reflected.isSet(field)) continue;
    if (field.fieldKind === "message") yield reflected.get(field);
    else if (field.fieldKind === "list") yield* reflected.get(field) as Iterable<ReflectMessage>;
    else if (field.fieldKind === "map") {
      yield* reflected.get(field).values() as Iterable<ReflectMessage>;
    }
  }
}

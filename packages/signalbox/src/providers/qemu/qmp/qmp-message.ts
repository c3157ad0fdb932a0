import { fail, ok, type Result } from "@signalbox/base";

/** What QEMU says on its control socket, one JSON object a line. */
export type QmpMessage =
  | { readonly type: "greeting"; readonly version: string }
  | { readonly type: "return"; readonly id: number | undefined; readonly value: unknown }
  | {
      readonly type: "error";
      readonly id: number | undefined;
      readonly errorClass: string;
      readonly description: string;
    }
  | { readonly type: "event"; readonly event: QmpEvent };

export interface QmpEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Parses one line. A message of none of the four shapes is an error, not an exception. */
export function parseQmpMessage(line: string): Result<QmpMessage> {
  const message = parseJson(line);
  if (!isRecord(message)) return fail("not a JSON object");
  if ("QMP" in message) return parseGreeting(message["QMP"]);
  if ("event" in message) return parseEvent(message);
  const id = parseId(message["id"]);
  if ("return" in message) return ok({ type: "return", id, value: message["return"] });
  if ("error" in message) return parseError(id, message["error"]);
  return fail("neither greeting, return, error nor event");
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function parseGreeting(greeting: unknown): Result<QmpMessage> {
  const version = isRecord(greeting) ? greeting["version"] : undefined;
  const numbers = isRecord(version) ? version["qemu"] : undefined;
  if (!isRecord(numbers)) return fail("a greeting without a version");
  const parts = ["major", "minor", "micro"].map((part) => numbers[part]);
  if (!parts.every((part) => Number.isSafeInteger(part))) {
    return fail("a greeting whose version is not made of integers");
  }
  return ok({ type: "greeting", version: parts.join(".") });
}

function parseEvent(message: Readonly<Record<string, unknown>>): Result<QmpMessage> {
  const { event: name, data } = message;
  if (typeof name !== "string") return fail("an event whose name is not a string");
  if (data !== undefined && !isRecord(data)) return fail("an event whose data is not an object");
  return ok({ type: "event", event: { name, data: data ?? {} } });
}

function parseError(id: number | undefined, error: unknown): Result<QmpMessage> {
  if (!isRecord(error)) return fail("an error that is not an object");
  const { class: errorClass, desc: description } = error;
  if (typeof errorClass !== "string" || typeof description !== "string") {
    return fail("an error without class and description");
  }
  return ok({ type: "error", id, errorClass, description });
}

/** We number our commands; QEMU echoes the number, or nothing when it could not read the command. */
function parseId(id: unknown): number | undefined {
  return typeof id === "number" ? id : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

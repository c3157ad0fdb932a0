import type { TestEvent } from "node:test/reporters";

interface Skip {
  readonly name: string;
  readonly reason: string;
}

/**
 * Prints what a person wants of a long run: failures in full, slow files, the reasons of skips
 * in one line, and the closing counts.
 */
export default async function* briefReporter(
  source: AsyncIterable<TestEvent>,
): AsyncGenerator<string> {
  const skips: Skip[] = [];
  const failures: string[] = [];
  for await (const event of source) {
    switch (event.type) {
      case "test:fail": {
        const { name, file, line, details } = event.data;
        // A suite fails because a test in it did; the test itself says why.
        if (isSuiteFailure(details.error)) break;
        const text = `✖ ${name} (${file ?? "?"}:${line ?? 0})\n${describe(details.error)}\n`;
        failures.push(text);
        yield text;
        break;
      }
      case "test:pass": {
        const { name, skip } = event.data;
        if (skip !== undefined) skips.push({ name, reason: String(skip) });
        break;
      }
      case "test:stderr":
      case "test:stdout":
        yield event.data.message;
        break;
      case "test:diagnostic":
        if (event.data.nesting === 0) yield `ℹ ${event.data.message}\n`;
        break;
      default:
        break;
    }
  }
  yield* summarise(skips);
  if (failures.length > 0) yield `\n${failures.length} failed:\n${failures.join("")}`;
}

/** One line: `skipped 12: peer missing: envoy (8), peer missing: openssl (4)`. */
function* summarise(skips: readonly Skip[]): Generator<string> {
  if (skips.length === 0) return;
  const reasons = Map.groupBy(skips, (skip) => skip.reason);
  const counted = Array.from(reasons, ([reason, of]) => `${reason} (${of.length})`);
  yield `skipped ${skips.length}: ${counted.join(", ")}\n`;
}

function isSuiteFailure(error: Error): boolean {
  return "failureType" in error && error.failureType === "subtestsFailed";
}

function describe(error: Error & { cause?: unknown }): string {
  const cause =
    error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : error.stack;
  return (cause ?? error.message).replaceAll(/^/gm, "    ");
}

import { fail, ok, type Result } from "@signalbox/base";
import type { ConfigOption, OptionSchema } from "./option.ts";

/**
 * The value that flags and environment variables mean: numbers as digits, lists separated by
 * commas. Whether it is allowed is the schema's to say.
 */
export function parseOptionText(
  option: ConfigOption,
  given: string | readonly string[],
): Result<unknown> {
  const { schema } = option;
  if (schema.type === "array") {
    const items = typeof given === "string" ? given.split(",") : given;
    return ok(items.map((item) => item.trim()).filter((item) => item !== ""));
  }
  const single = typeof given === "string" ? given : given.at(-1);
  return single === undefined ? fail("a value was expected") : parseSingle(schema, single);
}

function parseSingle(schema: OptionSchema, given: string): Result<unknown> {
  if (schema.type !== "integer" && schema.type !== "number") return ok(given);
  const number = given.trim() === "" ? Number.NaN : Number(given);
  if (Number.isNaN(number)) return fail(`${schema.expected ?? "a number"} was expected`);
  return ok(number);
}

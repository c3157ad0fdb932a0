import { InvalidArgumentError, Option } from "commander";

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of `90s`, `10m`, `1h`, `30d`; what the configuration takes, and fractions. */
export function parseDuration(text: string): number {
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const factor = UNIT_MS[unit];
  if (count === undefined || factor === undefined) {
    throw new InvalidArgumentError("give a number with a unit: 90s, 10m, 1h, 30d");
  }
  return Number(count) * factor;
}

/** A number of things: 0, 8, 200. */
export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("give a whole number");
  return Number(text);
}

/** `name=value`; an empty value is one. */
export function parseTag(text: string): string {
  if (!/^[^=]+=/.test(text)) throw new InvalidArgumentError("write it as name=value");
  return text;
}

/** Adds one more value of an option that may be repeated. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** `--wait` and its deadline. */
export interface WaitFlags {
  readonly wait?: boolean;
  readonly timeout: number;
}

export function waitOptions(): readonly Option[] {
  return [
    new Option("--wait", "wait until it is done, showing how far it is"),
    new Option("--timeout <duration>", "how long --wait may take")
      .argParser(parseDuration)
      .default(600_000, "10m"),
  ];
}

/** A value that may be given several times. */
export function repeatable(
  flags: string,
  description: string,
  check: (value: string) => string = (value) => value,
): Option {
  return new Option(flags, description).argParser((value, before: readonly string[] | undefined) =>
    collect(check(value), before),
  );
}

/** Name, description and tags, which every resource may be given. */
export interface MetadataFlags {
  readonly description?: string;
  readonly tag?: readonly string[];
}

export function metadataOptions(): readonly Option[] {
  return [
    new Option("--description <text>", "free text"),
    repeatable("--tag <name=value>", "label it; may be repeated", parseTag),
  ];
}

/** The write form of metadata (compute-api §1.2). */
export interface MetadataBody {
  readonly name: string;
  readonly description?: string;
  readonly tags?: readonly { readonly name: string; readonly value: string }[];
}

export function metadataBody(name: string, flags: MetadataFlags): MetadataBody {
  const tags = flags.tag?.map((text) => {
    const [tag = "", ...rest] = text.split("=");
    return { name: tag, value: rest.join("=") };
  });
  return {
    name,
    ...(flags.description === undefined ? {} : { description: flags.description }),
    ...(tags === undefined ? {} : { tags }),
  };
}

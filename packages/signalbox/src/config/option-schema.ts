import { type TSchema, Type } from "typebox";
import { BYTE_SIZE_PATTERN } from "./byte-size.ts";
import { DURATION_PATTERN, POSITIVE_DURATION_PATTERN } from "./duration.ts";
import { LISTEN_PATTERN } from "./listen-address.ts";

/** What an option says about itself, beside its type. */
export interface OptionMeta<T = unknown> {
  readonly title: string;
  readonly description: string;
  /** Absent: the option has no value unless one is given. */
  readonly default?: T;
  /**
   * `--name PLACEHOLDER`, or `--name` alone for a switch. The environment variable follows from
   * it: `--log-level` is `SIGNALBOX_LOG_LEVEL`. Without it the option lives in files only.
   */
  readonly flag?: string;
  /** What is expected, for an error: "a duration such as 30s". */
  readonly expected?: string;
  /** Blotted out wherever configuration is shown. */
  readonly secret?: boolean;
}

type Meta<T> = OptionMeta<T> & Readonly<Record<string, unknown>>;

export const text = (meta: OptionMeta<string>) =>
  Type.String({ expected: "text", minLength: 1, ...meta });

/** A file or directory; a relative one in a configuration file starts at that file's directory. */
export const path = (meta: OptionMeta<string>) =>
  Type.String({ expected: "a path", minLength: 1, isPath: true, ...meta });

export const duration = (meta: OptionMeta<string>) =>
  Type.String({ expected: "a duration such as 30s, 5m or 2h", pattern: DURATION_PATTERN, ...meta });

export const positiveDuration = (meta: OptionMeta<string>) =>
  Type.String({
    expected: "a duration above 0, such as 30s, 5m or 2h",
    pattern: POSITIVE_DURATION_PATTERN,
    ...meta,
  });

export const size = (meta: OptionMeta<string>) =>
  Type.String({ expected: "a size such as 512 KiB or 1 GB", pattern: BYTE_SIZE_PATTERN, ...meta });

export const listener = (meta: OptionMeta<string>) =>
  Type.String({
    expected: "HOST:PORT, [IPV6]:PORT or off",
    pattern: LISTEN_PATTERN,
    ...meta,
  });

export const integer = (minimum: number, maximum: number, meta: OptionMeta<number>) =>
  Type.Integer({
    expected: `a whole number from ${minimum} to ${maximum}`,
    minimum,
    maximum,
    ...meta,
  });

export const fraction = (minimum: number, maximum: number, meta: OptionMeta<number>) =>
  Type.Number({ expected: `a number from ${minimum} to ${maximum}`, minimum, maximum, ...meta });

export const choice = <const T extends string>(values: readonly T[], meta: OptionMeta<T>) =>
  Type.Enum([...values], { expected: `one of ${values.join(", ")}`, ...meta });

export const texts = (meta: OptionMeta<string[]>) =>
  Type.Array(Type.String({ minLength: 1 }), { expected: "a list of text", ...meta });

export const choices = <const T extends string>(values: readonly T[], meta: OptionMeta<T[]>) =>
  Type.Array(Type.Enum([...values]), {
    expected: `a list of ${values.join(", ")}`,
    uniqueItems: true,
    ...meta,
  });

/** A list of things that are declared in files only: organizations, regions. */
export const declared = <T extends TSchema>(items: T, meta: Meta<never[]>) =>
  Type.Array(items, { expected: "a list", ...meta });

/** A group of options: one heading of the reference, one level of the file. */
export const section = <T extends Record<string, TSchema>>(
  properties: T,
  meta: { readonly title: string; readonly description?: string },
) => Type.Object(properties, { additionalProperties: false, isSection: true, ...meta });

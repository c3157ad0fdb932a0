import { CONFIG } from "./schema.ts";

/** JSON schema keywords that this project reads, ours included. */
export interface OptionSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: OptionSchema;
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly required?: readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly expected?: string;
  readonly flag?: string;
  readonly secret?: boolean;
  readonly isSection?: boolean;
  readonly isPath?: boolean;
}

/** One option: a leaf of the schema with its three names. */
export interface ConfigOption {
  /** Path in the file, as `["listen", "rest"]`. */
  readonly path: readonly string[];
  /** `listen.rest` */
  readonly key: string;
  /** `--listen-rest`; absent for what lives in files only. */
  readonly flag: string | undefined;
  /** `ADDRESS` */
  readonly placeholder: string | undefined;
  /** `SIGNALBOX_LISTEN_REST` */
  readonly env: string | undefined;
  readonly schema: OptionSchema;
}

/** Prefix of every environment variable that the program reads. */
export const ENV_PREFIX = "SIGNALBOX_";

/** The schema as JSON schema, without TypeBox's types. */
export const CONFIG_SCHEMA = CONFIG as unknown as OptionSchema;

/** Every option in the order of the schema. */
export const CONFIG_OPTIONS: readonly ConfigOption[] = Object.freeze([
  ...leaves(CONFIG_SCHEMA, []),
]);

function* leaves(schema: OptionSchema, path: readonly string[]): Generator<ConfigOption> {
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    if (child.isSection === true) yield* leaves(child, [...path, name]);
    else yield describeOption(child, [...path, name]);
  }
}

function describeOption(schema: OptionSchema, path: readonly string[]): ConfigOption {
  const [flag, placeholder] = schema.flag?.split(" ") ?? [];
  const env =
    flag === undefined ? undefined : ENV_PREFIX + flag.slice(2).replaceAll("-", "_").toUpperCase();
  return Object.freeze({ path, key: path.join("."), flag, placeholder, env, schema });
}

/** The default as people write it; undefined when there is none. */
export function defaultText({ default: value }: OptionSchema): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

import { valueAt } from "./config-tree.ts";
import type { LoadedConfig } from "./load-config.ts";
import { CONFIG_OPTIONS } from "./option.ts";

/** One option as `config show` prints it. */
export interface ShownOption {
  /** `listen.rest` */
  readonly key: string;
  /** Absent when the option has no value. Secrets are blotted out. */
  readonly value?: unknown;
  /** `default`, a file's path, `environment NAME`, `flag --name`. */
  readonly source: string;
}

export const HIDDEN = "[hidden]";

/** Every option with its value and where that came from. */
export function showConfig({ config, origins }: LoadedConfig): readonly ShownOption[] {
  return CONFIG_OPTIONS.map(({ key, path, schema }) => {
    const value = valueAt(config, path);
    const source = origins.get(key)?.source ?? "not set";
    if (value === undefined) return { key, source };
    return { key, value: schema.secret === true ? HIDDEN : value, source };
  });
}

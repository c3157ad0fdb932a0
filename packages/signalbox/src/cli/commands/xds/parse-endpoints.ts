import { fail, ok, type Result } from "@signalbox/base";

/** One `--endpoints` as it was written. */
export interface EndpointsFlag {
  readonly cluster: string;
  readonly port: number;
  /** Name or id. */
  readonly network?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Reads `web:8080:network=NAME`, `web:8080:tag=role=web`, or both with a comma between. */
export function parseEndpoints(text: string): Result<EndpointsFlag> {
  const [, cluster = "", digits = "", selectors = ""] = /^(.+?):(\d{1,5}):(.+)$/.exec(text) ?? [];
  if (cluster === "") return fail("write CLUSTER:PORT:network=NAME or CLUSTER:PORT:tag=NAME=VALUE");
  const tags: Record<string, string> = {};
  let network: string | undefined;
  for (const selector of selectors.split(",")) {
    const [kind = "", name = "", ...value] = selector.split("=");
    if (kind === "network" && name !== "" && value.length === 0) network = name;
    else if (kind === "tag" && name !== "" && value.length > 0) tags[name] = value.join("=");
    else return fail(`${selector} is neither network=NAME nor tag=NAME=VALUE`);
  }
  return ok({ cluster, port: Number(digits), ...(network === undefined ? {} : { network }), tags });
}

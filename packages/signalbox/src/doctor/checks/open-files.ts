import { type Judgement, warning, well } from "../finding.ts";

export interface OpenFilesFacts {
  /** The soft limit; undefined where the system does not tell, Infinity for none. */
  readonly limit: number | undefined;
  /** Whose limit it is. */
  readonly of: "daemon" | "this process";
  /** `http.maxConnections`. */
  readonly maxConnections: number;
}

/** Store, logs, audit, sockets of machines, xDS streams. */
const OTHER_FILES = 512;

export function judgeOpenFiles({
  limit,
  of,
  maxConnections,
}: OpenFilesFacts): readonly Judgement[] {
  if (limit === undefined) return [];
  const whose = of === "daemon" ? "the daemon" : "a daemon started from here";
  if (limit >= maxConnections + OTHER_FILES) {
    const count = limit === Number.POSITIVE_INFINITY ? "any number of" : String(limit);
    return [well(`${whose} may open ${count} files`)];
  }
  return [
    warning(
      `${whose} may open ${limit} files, and is to take ${maxConnections} connections`,
      "raise the limit (`ulimit -n`, LimitNOFILE= in a unit), or lower --max-connections",
    ),
  ];
}

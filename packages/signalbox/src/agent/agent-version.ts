import type { MessageInitShape } from "@bufbuild/protobuf";
import type { VersionSchema } from "#gen/machine/system_pb.js";

/** What is told of the program and of what it runs on. */
export interface AgentVersion {
  /** A semantic version. @example "0.1.0" */
  readonly tag: string;
  /** Commit that it was built of. @default unknown */
  readonly sha?: string;
  /** @default unknown */
  readonly built?: string;
}

/** Go's names of architectures, which clients know, by Node's. */
const GO_ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: "amd64",
  ia32: "386",
  loong64: "loong64",
  ppc64: "ppc64le",
  mipsel: "mipsle",
};

/** The answer to Version. */
export function versionMessage(
  version: AgentVersion,
  host: { readonly arch: string; readonly platform: string; readonly runtime: string },
): MessageInitShape<typeof VersionSchema> {
  return {
    version: {
      // Clients parse it leniently, but want the letter.
      tag: `v${version.tag}`,
      sha: version.sha ?? "",
      built: version.built ?? "",
      goVersion: host.runtime,
      os: host.platform,
      arch: GO_ARCHITECTURES[host.arch] ?? host.arch,
    },
    platform: { name: "signalbox", mode: "metal" },
    features: { rbac: true },
  };
}

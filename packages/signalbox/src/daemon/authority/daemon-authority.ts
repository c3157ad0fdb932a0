import type { Store } from "@signalbox/store";
import type { NodeCertificateAuthority } from "../../authority/node-certificate-authority.ts";
import type { Assembly } from "../assembly.ts";

/** The node authority of a daemon: opened, or made, when the first part wants it. */
export type DaemonAuthority = () => Promise<NodeCertificateAuthority>;

export function daemonAuthority(
  { files, clock, random }: Pick<Assembly, "files" | "clock" | "random">,
  store: Store,
): DaemonAuthority {
  let opened: Promise<NodeCertificateAuthority> | undefined;
  const open = async (): Promise<NodeCertificateAuthority> => {
    const { openNodeAuthority } = await import("../../authority/node-certificate-authority.ts");
    return openNodeAuthority({ store, keyFile: files.authorityKey, clock, random });
  };
  return () => (opened ??= open());
}

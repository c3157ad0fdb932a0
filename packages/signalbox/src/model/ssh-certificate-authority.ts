import type { ProjectMetadata } from "./metadata.ts";

export interface SshCertificateAuthority {
  readonly metadata: ProjectMetadata;
  /** One OpenSSH authorized-key line without options. */
  readonly spec: { readonly publicKey: string };
}

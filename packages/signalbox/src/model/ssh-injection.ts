import { fail, ok, type Result } from "@signalbox/base";
import type { SshInjection } from "./server.ts";

/** What a create asks for about SSH access. */
export interface SshInjectionRequest {
  readonly requested?: SshInjection | undefined;
  readonly sshCertificateAuthorityId?: string | undefined;
  /** Pins the server to a physical host. */
  readonly infrastructureRef?: string | undefined;
}

/** The table of compute-api §3.4: the mode that holds for the server's life, or why it cannot. */
export function resolveSshInjection(request: SshInjectionRequest): Result<SshInjection> {
  const withAuthority = request.sshCertificateAuthorityId !== undefined;
  const mode = request.requested ?? (withAuthority ? "ca" : "identityKeypair");
  if (mode === "ca" && !withAuthority) {
    return fail("sshInjection ca needs an sshCertificateAuthorityId");
  }
  if (mode !== "ca" && withAuthority) {
    return fail(`sshInjection ${mode} cannot be combined with an sshCertificateAuthorityId`);
  }
  if (mode === "identityKeypair" && request.infrastructureRef !== undefined) {
    return fail(
      "a server pinned by infrastructureRef needs sshInjection none or an SSH certificate authority",
    );
  }
  return ok(mode);
}

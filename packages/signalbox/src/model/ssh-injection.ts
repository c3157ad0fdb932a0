import { fail, ok, type Result } from "@signalbox/base";
import type { Condition } from "./condition.ts";
import type { Server, SshInjection } from "./server.ts";

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

/**
 * There are no key pairs here (docs/adr): a server that resolved to one runs without, and says so.
 */
export function keyPairNotice({ spec, metadata }: Server): readonly Condition[] {
  if (spec.sshInjection !== "identityKeypair") return [];
  return [
    {
      type: "Limited",
      status: "True",
      reason: "Unsupported",
      message:
        "no SSH key is put into this server: key pairs are not offered; use an SSH certificate authority, or put a key into userData",
      since: metadata.createdAt,
      observedGeneration: metadata.generation,
    },
  ];
}

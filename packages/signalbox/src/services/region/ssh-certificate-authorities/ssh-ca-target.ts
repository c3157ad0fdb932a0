import type { AddressedObject } from "@signalbox/http";
import type { Resource } from "@signalbox/store";
import { SSH_CA } from "../../../model/kinds.ts";
import type { SshCertificateAuthority } from "../../../model/ssh-certificate-authority.ts";
import type { RegionServices } from "../region-services.ts";
import { addressed } from "../../shared/addressed.ts";

/** The SSH certificate authority that the path names. */
export function sshCaTarget(
  { params }: { readonly params: { readonly sshCertificateAuthorityID: string } },
  { store }: RegionServices,
): AddressedObject<Resource<SshCertificateAuthority>> | undefined {
  return addressed(store, SSH_CA, params.sshCertificateAuthorityID, "sshcertificateauthorities");
}

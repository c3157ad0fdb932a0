import { Problem } from "@signalbox/base";
import { readCertificateRequest } from "../credentials/certificate-request.ts";
import { requestDer } from "../credentials/pem.ts";
import { type ProjectScope, projectUri } from "../node-api/project-uri.ts";
import type { CertificateAuthority, IssuedCertificate } from "./certificate-order.ts";

export interface PersonCertificateOrder {
  /** PEM of a certificate request; only its key counts. */
  readonly request: string;
  readonly commonName: string;
  readonly roles: readonly string[];
  /** The only project whose machines it reaches; undefined: those of all. */
  readonly project?: ProjectScope | undefined;
  readonly validMs: number;
}

/**
 * Certifies a person's key for the node API: roles in O, the project in a URI name.
 *
 * @throws Problem `unprocessable` for a request that is none, or whose key is not fit
 */
export function issuePersonCertificate(
  authority: CertificateAuthority,
  { request, commonName, roles, project, validMs }: PersonCertificateOrder,
): Promise<IssuedCertificate> {
  const der = requestDer(request);
  if (der === undefined) throw new Problem("unprocessable", "request: a PEM text was expected");
  const key = readCertificateRequest(der);
  if (!key.ok) throw new Problem("unprocessable", `request: ${key.error}`);
  return authority.issue({
    commonName,
    organizations: roles,
    names: [],
    addresses: [],
    uris: project === undefined ? [] : [projectUri(project)],
    usage: "client",
    publicKey: key.value,
    validMs,
  });
}

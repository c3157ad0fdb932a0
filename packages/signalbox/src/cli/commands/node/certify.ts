import type { Session } from "../../client/session.ts";

/** What a certificate is asked for. */
export interface CredentialOrder {
  readonly roles: readonly string[];
  /** Who will use it, as the audit log shall name them. @default who asks */
  readonly name?: string | undefined;
  /** @default as long as the daemon allows */
  readonly validMs?: number | undefined;
}

/** A key with its certificate, PEM, and where they are good. */
export interface Credential {
  readonly key: string;
  readonly certificate: string;
  readonly authority: string;
  /** RFC 3339. */
  readonly expiryTime: string;
  /** `host:port` of the node API; none while it is off. */
  readonly endpoints: readonly string[];
}

/**
 * Makes a key and has it certified by the daemon, which sees its public half alone. In a session
 * with a project of its own the certificate is for that project's machines.
 */
export async function certify(session: Session, order: CredentialOrder): Promise<Credential> {
  // ASN.1 is for these commands alone.
  const [{ writeCertificateRequest }, { newKeyPair, privateKeyPem }, { toPem }] = await Promise.all(
    [
      import("../../../credentials/certificate-request.ts"),
      import("../../../credentials/key-pair.ts"),
      import("../../../credentials/pem.ts"),
    ],
  );
  const pair = await newKeyPair();
  const { roles, name, validMs } = order;
  const { body } = await session.client.call("POST", "/api/v2/nodes/credentials", {
    body: {
      request: toPem("CERTIFICATE REQUEST", writeCertificateRequest(pair)),
      roles,
      ...projectOf(session),
      ...(name === undefined ? {} : { name }),
      ...(validMs === undefined ? {} : { validSeconds: Math.round(validMs / 1000) }),
    },
  });
  const answer = body as Omit<Credential, "key">;
  return { ...answer, key: privateKeyPem(pair.privateKey) };
}

function projectOf(session: Session) {
  const { project } = session.chosen;
  if (project === undefined) return {};
  return { projectId: project, organizationId: session.require("organization") };
}

import type { Authenticator } from "./authenticator.ts";

/**
 * Takes a client certificate that the TLS handshake verified.
 *
 * @param userOf the user whom a certificate's common name stands for; default: of the same name
 */
export function certificateAuthenticator(
  userOf: (commonName: string) => string | undefined = (commonName) => commonName,
): Authenticator {
  return {
    authenticate: ({ certificateName }) => {
      if (certificateName === undefined) return Promise.resolve({ outcome: "absent" });
      const user = userOf(certificateName);
      return Promise.resolve(
        user === undefined ? { outcome: "refused" } : { outcome: "accepted", user },
      );
    },
  };
}

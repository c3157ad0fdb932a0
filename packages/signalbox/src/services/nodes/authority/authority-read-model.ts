import type { Static } from "typebox";
import type { AuthorityGeneration } from "../../../model/node-authority.ts";
import type { AuthorityState } from "../node-access.ts";
import type { AUTHORITY_READ } from "../schemas/credential-schema.ts";

type AuthorityRead = Static<typeof AUTHORITY_READ>;
type RootState = AuthorityRead["roots"][number]["state"];

/** The authority as the API shows it: certificates, never keys. */
export function authorityReadModel(
  { pin, generations }: AuthorityState,
  now: number,
): AuthorityRead {
  const stateOf = (root: AuthorityGeneration): RootState => {
    if (root.pin === pin) return "signing";
    if (Date.parse(root.activeFrom) > now) return "next";
    return Date.parse(root.retiresAt ?? "") <= now ? "retired" : "trusted";
  };
  return {
    pin,
    roots: generations.map((root) => ({
      pin: root.pin,
      certificate: root.certificatePem,
      state: stateOf(root),
      creationTime: root.createdAt,
      signsFrom: root.activeFrom,
      ...(root.retiresAt === undefined ? {} : { retirementTime: root.retiresAt }),
    })),
  };
}

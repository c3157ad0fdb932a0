import type { ShownToken } from "./token-port.ts";

/** What may be shown of a record: its hash is left out, and whatever else is kept with it. */
export function shownToken(token: ShownToken): ShownToken {
  const { id, name, role, organizationId, projectId, createdAt, expiresAt } = token;
  return {
    id,
    name,
    role,
    createdAt,
    ...(organizationId === undefined ? {} : { organizationId }),
    ...(projectId === undefined ? {} : { projectId }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

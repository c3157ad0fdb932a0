import type { Grants, Principal } from "@signalbox/http";
import { WHO_AM_I } from "../schemas/who-schema.ts";
import { answers } from "../../shared/answers.ts";
import { regionOperation } from "../shared/region-operation.ts";

/** Whoever may call at all may know what for. */
export const getWhoAmI = regionOperation({
  id: "getWhoAmI",
  method: "GET",
  path: "/api/v2/whoami",
  summary: "Read who is calling, and what that caller may do",
  tag: "service",
  permission: "authenticated",
  responses: answers(200, "The caller.", WHO_AM_I),
  handler: ({ principal }) => ({ status: 200, body: whoAmI(principal) }),
});

function whoAmI({ subject, kind, actor, access }: Principal): object {
  const organizations = [...access.organizations].map(([id, { grants, projects }]) => ({
    id,
    grants: sorted(grants),
    projects: [...projects].map(([project, held]) => ({ id: project, grants: sorted(held) })),
  }));
  return { subject, kind, actor, global: sorted(access.global), organizations };
}

function sorted(grants: Grants): readonly string[] {
  return [...grants].sort();
}

import { Type } from "typebox";

const GRANTS = Type.Array(Type.String({ description: "`endpoint:verb`" }), {
  description: "What the caller may do, sorted.",
});

/** Who is calling, and what that caller may do where. */
export const WHO_AM_I = Type.Object(
  {
    subject: Type.String({ description: "A token's id, or a certificate's common name." }),
    kind: Type.Enum(["user", "service", "system"]),
    actor: Type.String({ description: "On whose behalf; else the subject." }),
    global: GRANTS,
    organizations: Type.Array(
      Type.Object({
        id: Type.String(),
        grants: GRANTS,
        projects: Type.Array(Type.Object({ id: Type.String(), grants: GRANTS })),
      }),
    ),
  },
  { title: "WhoAmI" },
);

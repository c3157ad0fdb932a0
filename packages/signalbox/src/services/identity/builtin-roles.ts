import type { Role } from "./role.ts";

/** Columns of the table: how far each built-in role's permissions reach. */
const SCOPES = {
  "platform-administrator": "global",
  "platform-reader": "global",
  "compute-service": "global",
  administrator: "organization",
  auditor: "organization",
  user: "project",
  reader: "project",
} as const;

export type BuiltinRoleName = keyof typeof SCOPES;

const VERBS: Readonly<Record<string, string>> = {
  C: "create",
  R: "read",
  U: "update",
  D: "delete",
  P: "power",
  O: "console",
  K: "credentials",
  S: "snapshot",
};

/**
 * The built-in roles (compute-api §6.4 with its NEW paragraph: a verb for each thing that can be
 * done to a server, no version in names, tenants use servers themselves).
 *
 * C create, R read, U update, D delete, P power, O console, K credentials, S snapshot. A cell
 * with `@o` reaches the whole organization although the role itself stops at a project: the
 * catalogue and an organization's images have no project.
 */
// biome-ignore format: a table reads best with one row a line
const TABLE: readonly (readonly [endpoint: string, ...cells: string[]])[] = [
  // endpoint                         platform-administrator  platform-reader  compute-service  administrator  auditor  user        reader
  ["region:regions",                  "R",                    "R",             "R",             "R",           "R",     "R@o",      "R@o"],
  ["region:regions/detail",           "R",                    "",              "",              "",            "",      "",         ""],
  ["region:flavors",                  "R",                    "R",             "R",             "R",           "R",     "R@o",      "R@o"],
  ["region:images",                   "CRD",                  "R",             "CR",            "CRD",         "R",     "CRD@o",    "R@o"],
  ["region:externalnetworks",         "R",                    "R",             "R",             "R",           "R",     "R@o",      "R@o"],
  ["region:networks",                 "CRUD",                 "R",             "CRUD",          "CRUD",        "R",     "CRUD",     "R"],
  ["region:networks/references",      "CD",                   "",              "CD",            "",            "",      "",         ""],
  ["region:securitygroups",           "CRUD",                 "R",             "CRUD",          "CRUD",        "R",     "CRUD",     "R"],
  ["region:sshcertificateauthorities","CRD",                  "R",             "CRD",           "CRD",         "R",     "CRD",      "R"],
  ["region:servers",                  "CRUDPOKS",             "R",             "CRUDPOKS",      "CRUDPOKS",    "R",     "CRUDPOKS", "R"],
  ["xds:groups",                      "CRUD",                 "R",             "CRUD",          "CRUD",        "R",     "CRUD",     "R"],
  ["xds:resources",                   "RUD",                  "R",             "RUD",           "RUD",         "R",     "RUD",      "R"],
  ["xds:nodes",                       "R",                    "R",             "R",             "R",           "R",     "R",        "R"],
  ["nodes:credentials",               "C",                    "",              "",              "C",           "",      "",         ""],
  ["nodes:jointokens",                "C",                    "",              "",              "C",           "",      "",         ""],
  ["nodes:authority",                 "RU",                   "R",             "",              "",            "",      "",         ""],
];

/** Every built-in role by name. */
export const BUILTIN_ROLES: ReadonlyMap<string, Role> = new Map(
  Object.keys(SCOPES).map((name, column) => [name, roleOfColumn(name, column)]),
);

function roleOfColumn(name: string, column: number): Role {
  const grants = { global: [] as string[], organization: [] as string[], project: [] as string[] };
  for (const [endpoint, ...cells] of TABLE) {
    const [letters = "", reach] = (cells[column] ?? "").split("@");
    const scope = reach === "o" ? "organization" : SCOPES[name as BuiltinRoleName];
    for (const letter of letters) grants[scope].push(`${endpoint}:${VERBS[letter]}`);
  }
  return Object.freeze({ name, ...grants });
}

/** Who owns what in these tests. */
export const ORGANIZATION = "aaaaaaaa-0000-4000-8000-00000000000a";
export const PROJECT = "aaaaaaaa-0000-4000-8000-00000000000b";
export const OTHER_PROJECT = "aaaaaaaa-0000-4000-8000-00000000000c";
export const OTHER_ORGANIZATION = "bbbbbbbb-0000-4000-8000-00000000000a";
export const FOREIGN_PROJECT = "bbbbbbbb-0000-4000-8000-00000000000b";

/** The organization that a project belongs to. */
export const ORGANIZATION_OF: ReadonlyMap<string, string> = new Map([
  [PROJECT, ORGANIZATION],
  [OTHER_PROJECT, ORGANIZATION],
  [FOREIGN_PROJECT, OTHER_ORGANIZATION],
]);

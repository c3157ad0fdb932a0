/** Stands where a version would: the client was told that the resource does not exist. */
export const ABSENT = "";

/** Stands where a version would: the client may have the resource, in whatever version. */
export const UNCERTAIN = "?";

/** Stands where a version would: the client was told that the resource does not exist. */
export const ABSENT = "";

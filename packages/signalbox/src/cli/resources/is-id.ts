const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Ids are UUIDs; names may not look like one. */
export function isId(nameOrId: string): boolean {
  return UUID.test(nameOrId);
}

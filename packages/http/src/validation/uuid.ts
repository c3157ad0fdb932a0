const HEX = "[0-9a-f]";
const DASHED = `${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`;
const SPELLINGS = new RegExp(`^(?:${DASHED}|${HEX}{32}|\\{${DASHED}\\}|urn:uuid:${DASHED})$`, "i");
const CANONICAL = new RegExp(`^${DASHED}$`);

/** True for the four spellings of compute-api §1.1; version and variant bits are not looked at. */
export function isUuid(text: string): boolean {
  return SPELLINGS.test(text);
}

/** The lower-case, dashed spelling. Only for what `isUuid` accepts. */
export function canonicalUuid(text: string): string {
  if (CANONICAL.test(text)) return text;
  const bare = text.toLowerCase().replace("urn:uuid:", "").replace(/[{}-]/g, "");
  return `${bare.slice(0, 8)}-${bare.slice(8, 12)}-${bare.slice(12, 16)}-${bare.slice(16, 20)}-${bare.slice(20)}`;
}

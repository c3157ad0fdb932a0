/** An extended attribute of a file. */
export interface ExtendedAttribute {
  readonly name: string;
  readonly data: Buffer;
}

/** Attributes by path. Keys are paths with a letter a byte (latin1), so that none is confused. */
export type AttributesByPath = ReadonlyMap<string, readonly ExtendedAttribute[]>;

const FILE = /^# file: (.*)$/;
const ATTRIBUTE = /^([^=]+)(?:=0x((?:[0-9a-fA-F]{2})*))?$/;
const ESCAPE = /\\([0-3][0-7]{2})/g;

/**
 * Reads what `getfattr --dump --encoding=hex` prints: `# file: PATH`, then `NAME=0xHEX` lines. It
 * writes what would be confusing in three octal digits. Lines that say neither are passed over.
 */
export function parseAttributes(output: Buffer): AttributesByPath {
  const found = new Map<string, ExtendedAttribute[]>();
  let attributes: ExtendedAttribute[] | undefined;
  for (const line of output.toString("latin1").split("\n")) {
    const [, path] = FILE.exec(line) ?? [];
    if (path !== undefined) {
      attributes = [];
      found.set(unescaped(path), attributes);
      continue;
    }
    const [, name, hex = ""] = ATTRIBUTE.exec(line) ?? [];
    if (name === undefined) continue;
    const text = Buffer.from(unescaped(name), "latin1").toString();
    attributes?.push({ name: text, data: Buffer.from(hex, "hex") });
  }
  return found;
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

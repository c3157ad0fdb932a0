/** What a tar archive says of one file. Names are bytes, as on the disk. */
export interface TarEntry {
  /** Directories end with a slash. */
  readonly name: Buffer;
  readonly type: TarType;
  /** Permissions with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content that follow. */
  readonly size: number;
  /** Whole seconds since the epoch. */
  readonly modified: number;
  readonly link?: Buffer;
  readonly device?: { readonly major: number; readonly minor: number };
}

export type TarType = "file" | "symlink" | "character" | "block" | "directory" | "fifo";

export const TAR_BLOCK = 512;

const FLAGS: Readonly<Record<TarType | "extended", string>> = {
  file: "0",
  symlink: "2",
  character: "3",
  block: "4",
  directory: "5",
  fifo: "6",
  extended: "x",
};

/** How much the octal fields of a header hold (POSIX.1, ustar): 7 and 11 digits. */
const MAX_SHORT = 0o7777777;
const MAX_LONG = 0o77777777777;
const MAX_NAME = 100;

/**
 * The header of an entry in the format that POSIX calls pax: a ustar block and, before it, an
 * extended header with what does not fit there.
 */
export function tarHeader(entry: TarEntry): Buffer {
  const records = extendedRecords(entry);
  const header = block(entry, FLAGS[entry.type], entry.size);
  if (records.length === 0) return header;
  const extended = Buffer.concat(records);
  const name = Buffer.from("././@PaxHeader");
  const before = block({ ...entry, name, mode: 0o644 }, FLAGS.extended, extended.length);
  return Buffer.concat([before, extended, tarPadding(extended.length), header]);
}

/** What fills the last block behind so many bytes. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK);
}

/** Two empty blocks. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * TAR_BLOCK);
}

function extendedRecords(entry: TarEntry): readonly Buffer[] {
  const { name, link, size, uid, gid, modified } = entry;
  const records: Buffer[] = [];
  const add = (key: string, value: Buffer | number): void => {
    records.push(record(key, Buffer.isBuffer(value) ? value : Buffer.from(String(value))));
  };
  if (name.length > MAX_NAME) add("path", name);
  if (link !== undefined && link.length > MAX_NAME) add("linkpath", link);
  if (size > MAX_LONG) add("size", size);
  if (uid > MAX_SHORT) add("uid", uid);
  if (gid > MAX_SHORT) add("gid", gid);
  if (modified < 0 || modified > MAX_LONG) add("mtime", modified);
  return records;
}

/** `LENGTH KEY=VALUE\n`, where the length counts its own digits too. */
function record(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
  let length = rest.length + 1;
  while (String(length).length + rest.length > length) length += 1;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function block(entry: TarEntry, flag: string, size: number): Buffer {
  const bytes = Buffer.alloc(TAR_BLOCK);
  const octal = (value: number, at: number, digits: number): void => {
    bytes.write(value.toString(8).padStart(digits, "0"), at, "latin1");
  };
  const short = (value: number, at: number): void => octal(value > MAX_SHORT ? 0 : value, at, 7);
  const long = (value: number, at: number): void =>
    octal(value < 0 || value > MAX_LONG ? 0 : value, at, 11);
  entry.name.copy(bytes, 0, 0, MAX_NAME);
  short(entry.mode, 100);
  short(entry.uid, 108);
  short(entry.gid, 116);
  long(size, 124);
  long(entry.modified, 136);
  bytes.fill(" ", 148, 156);
  bytes.write(flag, 156, "latin1");
  entry.link?.copy(bytes, 157, 0, MAX_NAME);
  bytes.write("ustar\x0000", 257, "latin1");
  short(entry.device?.major ?? 0, 329);
  short(entry.device?.minor ?? 0, 337);
  // The sum of all bytes, with spaces where it goes itself.
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  octal(sum, 148, 6);
  bytes.write("\0 ", 154, "latin1");
  return bytes;
}

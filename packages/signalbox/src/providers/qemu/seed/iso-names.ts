/** What one file is called in each of the two trees. */
export interface FileNames {
  /** As readers with the Joliet extension see it: Linux, BSD, macOS and Windows. */
  readonly name: string;
  /** For readers without: up to eight of A-Z, 0-9 and `_`. */
  readonly shortName: string;
}

/** How one of the two directory trees of the volume writes text. */
export interface NamePlan {
  /** ECMA-119 §8.4.1, §8.5.1: what kind of volume descriptor announces the tree. */
  readonly descriptorType: number;
  /** ECMA-119 §8.5.6: announces the character set; nothing for the primary tree. */
  readonly escapeSequence: string;
  /** Text of a volume descriptor's field of `bytes` bytes. */
  text(value: string, bytes: number): Buffer;
  identifier(file: FileNames): Buffer;
}

/** Upper case, eight letters and a version number: what any reader understands. */
export const PRIMARY: NamePlan = Object.freeze({
  descriptorType: 1,
  escapeSequence: "",
  text: (value: string, bytes: number) => fit(Buffer.from(value, "latin1"), bytes, " "),
  identifier: (file: FileNames) => Buffer.from(`${file.shortName}.;1`, "latin1"),
});

/** UCS-2 level 3, as the Joliet specification has it. */
export const JOLIET: NamePlan = Object.freeze({
  descriptorType: 2,
  escapeSequence: "%/E",
  text: (value: string, bytes: number) => fit(bigEndianUtf16(value), bytes, "\0 "),
  identifier: (file: FileNames) => bigEndianUtf16(file.name),
});

function bigEndianUtf16(value: string): Buffer {
  return Buffer.from(value, "utf16le").swap16();
}

function fit(value: Buffer, bytes: number, padding: string): Buffer {
  if (value.length > bytes) throw new RangeError(`${value.length} bytes where ${bytes} fit`);
  const field = Buffer.alloc(bytes, padding, "latin1");
  value.copy(field);
  return field;
}

import { fail, ok, type Result } from "@signalbox/base";

/** A multipart MIME document, as positions in its own bytes: nothing is copied or rewritten. */
export interface MimeMultipart {
  readonly boundary: string;
  readonly partCount: number;
  /** Where the line of the closing delimiter begins. */
  readonly closingOffset: number;
  /** The line ending that the document uses. */
  readonly newline: "\n" | "\r\n";
}

interface Headers {
  readonly fields: ReadonlyMap<string, string>;
  /** Where what follows the blank line begins. */
  readonly bodyOffset: number;
}

const FIELD = /^([!-9;-~]+):[ \t]*(.*)$/s;
const BOUNDARY_PARAMETER = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i;
/** RFC 2046 §5.1.1: at most 70 of these, and no space at the end. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/**
 * Reads the bytes as a MIME document. `undefined`: they are not one (they do not begin with
 * headers that name a multipart type). A failure: they say that they are one, but are malformed.
 * Every part must have well-formed headers, and the closing delimiter must be there.
 */
export function parseMimeMultipart(bytes: Buffer): Result<MimeMultipart> | undefined {
  // latin1 maps bytes to characters one to one, so offsets into the text are offsets into bytes.
  const text = bytes.toString("latin1");
  const headers = readHeaders(text, 0);
  const contentType = headers.ok ? headers.value.fields.get("content-type") : undefined;
  if (!headers.ok || contentType === undefined || !/^multipart\//i.test(contentType)) {
    return undefined;
  }
  const match = BOUNDARY_PARAMETER.exec(contentType);
  const boundary = match?.[1]?.replace(/\\(.)/g, "$1") ?? match?.[2];
  if (boundary === undefined) return fail("the multipart Content-Type names no boundary");
  if (!BOUNDARY.test(boundary)) return fail("the multipart boundary is malformed");
  return readParts(text, headers.value.bodyOffset, boundary);
}

function readParts(text: string, bodyOffset: number, boundary: string): Result<MimeMultipart> {
  const newline = text.slice(0, bodyOffset).includes("\r\n") ? "\r\n" : "\n";
  let partCount = 0;
  let inPart = false;
  for (const delimiter of delimiterLines(text, bodyOffset, boundary)) {
    if (delimiter.closing) {
      return ok({ boundary, partCount, closingOffset: delimiter.offset, newline });
    }
    inPart = true;
    partCount += 1;
    const headers = readHeaders(text, delimiter.end);
    if (!headers.ok) return fail(`part ${partCount}: ${headers.error}`);
  }
  return fail(inPart ? "the closing boundary is missing" : "the boundary does not occur");
}

interface DelimiterLine {
  readonly offset: number;
  readonly end: number;
  readonly closing: boolean;
}

function* delimiterLines(text: string, from: number, boundary: string): Generator<DelimiterLine> {
  const dashed = `--${boundary}`;
  let offset = from;
  while (offset < text.length) {
    const newline = text.indexOf("\n", offset);
    const end = newline < 0 ? text.length : newline + 1;
    if (text.startsWith(dashed, offset)) {
      const rest = text.slice(offset + dashed.length, end).trimEnd();
      if (rest === "" || rest === "--") yield { offset, end, closing: rest === "--" };
    }
    offset = end;
  }
}

/** Header lines up to the first blank line; a line that begins with a blank continues the last. */
function readHeaders(text: string, from: number): Result<Headers> {
  const fields = new Map<string, string>();
  let offset = from;
  let name: string | undefined;
  while (offset < text.length) {
    const newline = text.indexOf("\n", offset);
    if (newline < 0) break;
    const line = text.slice(offset, newline).replace(/\r$/, "");
    offset = newline + 1;
    if (line === "") return ok({ fields, bodyOffset: offset });
    if (/^[ \t]/.test(line) && name !== undefined) {
      fields.set(name, `${fields.get(name) ?? ""} ${line.trim()}`);
      continue;
    }
    const match = FIELD.exec(line);
    if (match === null) return fail("a header line is malformed");
    name = (match[1] ?? "").toLowerCase();
    if (!fields.has(name)) fields.set(name, (match[2] ?? "").trim());
  }
  return fail("the headers do not end with a blank line");
}

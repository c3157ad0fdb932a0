import { Problem } from "@signalbox/base";

const ENTITY_TAG = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/;

/**
 * The values of `If-Match` without quotes; `["*"]` as it is. A weak tag never matches strongly
 * (RFC 9110 §13.1.1), so it is kept with its prefix, which no tag of ours has.
 *
 * @throws Problem `invalid_request`
 */
export function parseIfMatch(header: string | undefined): readonly string[] | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === "*") return ["*"];
  return header.split(",").map((part) => {
    const match = ENTITY_TAG.exec(part.trim());
    if (match === null) throw new Problem("invalid_request", "If-Match is malformed");
    return `${match[1] ?? ""}${match[2] ?? ""}`;
  });
}

/** A list that takes no more than about this many characters is sent in one piece. */
const PIECE_CHARACTERS = 256 * 1024;

/**
 * The JSON of a list, piece by piece as the reader takes it. A long list as one text would stand in
 * memory once for every caller that reads slowly, and keep everybody waiting while it is made.
 */
export function* encodeList(items: Iterable<unknown>): Generator<string, void, undefined> {
  let piece = "[";
  let separator = "";
  for (const item of items) {
    piece += `${separator}${JSON.stringify(item)}`;
    separator = ",";
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = "";
  }
  yield `${piece}]`;
}

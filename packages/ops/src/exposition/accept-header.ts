/** One way of answering that a client would take. */
export interface MediaRange {
  /** Lower case, such as `text/plain`. */
  readonly type: string;
  /** Lower-case names without `q`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 to 1. */
  readonly quality: number;
}

const MAX_RANGES = 50;

/** Reads an `Accept` header, best first, as they came where equal. What cannot be read is left out. */
export function parseAccept(header: string): readonly MediaRange[] {
  return header
    .split(",", MAX_RANGES)
    .flatMap(mediaRange)
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
}

function mediaRange(text: string): readonly MediaRange[] {
  const [type = "", ...rest] = text.split(";").map((part) => part.trim());
  if (!/^[^\s/]+\/[^\s/]+$/.test(type)) return [];
  const parameters = new Map(
    rest.map((part) => {
      const [name = "", value = ""] = part.split(/=(.*)/s);
      return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/s, "$1")];
    }),
  );
  const quality = Number(parameters.get("q") ?? 1);
  parameters.delete("q");
  const isQuality = quality >= 0 && quality <= 1;
  return isQuality ? [{ type: type.toLowerCase(), parameters, quality }] : [];
}

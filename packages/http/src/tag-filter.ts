import { type FieldFault, fail, ok, Problem, type Result } from "@signalbox/base";

/** A word on a resource, to find it by. */
export interface Tag {
  readonly name: string;
  readonly value: string;
}

/**
 * One `tag=name=value` of a list's query. The first `=` ends the name, so that values which hold
 * one can be searched for (compute-api §8 row 32 NEW).
 */
export function parseTagFilter(text: string): Result<Tag> {
  const equals = text.indexOf("=");
  if (equals < 0) return fail("must have the form name=value");
  if (equals === 0) return fail("must name a tag before the equals sign");
  return ok({ name: text.slice(0, equals), value: text.slice(equals + 1) });
}

/** All `tag` parameters of a query. @throws Problem `invalid_request` (compute-api Appendix B 11) */
export function tagFilters(texts: readonly string[] | undefined): readonly Tag[] {
  const faults: FieldFault[] = [];
  const filters: Tag[] = [];
  for (const [index, text] of (texts ?? []).entries()) {
    const parsed = parseTagFilter(text);
    if (parsed.ok) filters.push(parsed.value);
    else faults.push({ pointer: `/query/tag/${index}`, detail: parsed.error });
  }
  const [first] = faults;
  if (first === undefined) return filters;
  const message = `invalid path/query element: ${first.pointer} ${first.detail}`;
  throw new Problem("invalid_request", message, { faults });
}

/** True when every filter meets a tag of the same name and value. */
export function matchesTags(tags: readonly Tag[], filters: readonly Tag[]): boolean {
  return filters.every((filter) =>
    tags.some((tag) => tag.name === filter.name && tag.value === filter.value),
  );
}

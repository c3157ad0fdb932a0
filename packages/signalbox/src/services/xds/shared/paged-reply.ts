import { encodeCursor, type OperationReply, pageRequest } from "@signalbox/http";

interface PagedQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/**
 * A list that is made for each request, whole or by pages.
 *
 * @param items in the order of their keys
 * @throws Problem `invalid_request` for a cursor that is none
 */
export function pagedReply<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  query: PagedQuery,
  read: (item: T) => unknown,
): OperationReply {
  const { limit = items.length, after } = pageRequest(query);
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const hasMore = page.length < rest.length && last !== undefined;
  return {
    status: 200,
    body: page.map(read),
    nextCursor: hasMore ? encodeCursor(keyOf(last)) : undefined,
  };
}

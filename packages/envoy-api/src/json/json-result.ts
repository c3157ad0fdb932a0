/** The value, or why there is none: of the shape that `@signalbox/base` has for parsers. */
export type JsonResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

/** What `read` answers; what it throws, a stack that overflowed on deep nesting too, is the error. */
export function resultOf<T>(read: () => T): JsonResult<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

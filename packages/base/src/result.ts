/**
 * What a parser of foreign input answers: the value, or why there is none. Parsers do not throw,
 * so that the caller decides how to speak the failure on its wire.
 */
export type Result<T, E = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** A {@link Result} that is a value. */
export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });

/** A {@link Result} that says why there is no value. */
export const fail = <E>(error: E): Result<never, E> => ({ ok: false, error });

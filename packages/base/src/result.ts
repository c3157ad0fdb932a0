/**
 * What a parser of foreign input answers: the value, or why there is none. Parsers do not throw,
 * so that the caller decides how to speak the failure on its wire.
 */
export type Result<T, E = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
export const fail = <E>(error: E): Result<never, E> => ({ ok: false, error });

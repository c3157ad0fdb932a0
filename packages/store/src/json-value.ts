const MAX_DEPTH = 64;

/**
 * A deeply frozen copy of `value`, which must be what JSON can say: so that a resource in memory
 * is exactly what a restart reads back from the file. Properties that are `undefined` are left out.
 *
 * @throws TypeError for dates, maps, class instances, functions, `NaN`, and cycles.
 */
export function frozenCopy<T>(value: T): T {
  return copyOf(value, 0) as T;
}

/** Freezes `value`, which the caller alone holds (fresh out of `JSON.parse`), at every depth. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const item of Object.values(value)) deepFreeze(item);
  return Object.freeze(value);
}

function copyOf(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      // JSON writes -0 as 0.
      if (Number.isFinite(value)) return value === 0 ? 0 : value;
      throw new TypeError(`${value} cannot be stored; JSON has no such number`);
    case "object":
      return value === null ? null : copyOfObject(value, depth);
    default:
      throw new TypeError(`a ${typeof value} cannot be stored; JSON cannot say it`);
  }
}

function copyOfObject(value: object, depth: number): unknown {
  if (depth >= MAX_DEPTH) {
    throw new TypeError(`a value cannot be nested deeper than ${MAX_DEPTH} levels (a cycle?)`);
  }
  if (Array.isArray(value)) return Object.freeze(value.map((item) => copyOf(item, depth + 1)));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`a ${value.constructor.name} cannot be stored; give plain JSON`);
  }
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item !== undefined) setOwn(copy, key, copyOf(item, depth + 1));
  }
  return Object.freeze(copy);
}

/** Plain assignment to `__proto__`, a key that a client may well send, would set the prototype. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") {
    target[key] = value;
    return;
  }
  Object.defineProperty(target, key, { value, enumerable: true });
}

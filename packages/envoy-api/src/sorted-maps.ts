import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";

/**
 * The message with the keys of every map in one order, in nested messages too. Encoders write maps
 * in the order in which their keys were set, so that equal messages would have unequal bytes.
 *
 * Copies only what it reorders: a message in order is answered itself. The content of an `Any` is
 * bytes already and stays as it is; `packAny` sorts before it packs.
 */
export function withSortedMaps<T extends Message>(desc: DescMessage, message: T): T {
  return sortMessage(desc, message as T & Fields);
}

/** A message or a map: field values by local name, one-ofs as `{case, value}`. */
type Fields = Readonly<Record<string, unknown>>;

interface Oneof {
  readonly case: string | undefined;
  readonly value?: unknown;
}

function sortMessage<T extends Fields>(desc: DescMessage, message: T): T {
  let copy: Record<string, unknown> | undefined;
  for (const field of fieldsWithMaps(desc)) {
    const key = field.oneof?.localName ?? field.localName;
    const before = message[key];
    if (before === undefined) continue;
    const after =
      field.oneof === undefined ? sortField(field, before) : sortOneof(field, before as Oneof);
    if (after === before) continue;
    copy ??= { ...message };
    copy[key] = after;
  }
  return (copy ?? message) as T;
}

function sortOneof(field: DescField, chosen: Oneof): Oneof {
  if (chosen.case !== field.localName) return chosen;
  const value = sortField(field, chosen.value);
  return value === chosen.value ? chosen : { ...chosen, value };
}

function sortField(field: DescField, value: unknown): unknown {
  const sortItem = (item: unknown): unknown => sortItemOf(field, item);
  switch (field.fieldKind) {
    case "map":
      return mapValues(sortKeys(value as Fields), sortItem);
    case "list":
      return mapItems(value as readonly unknown[], sortItem);
    default:
      return sortItem(value);
  }
}

function sortItemOf(field: DescField, item: unknown): unknown {
  if (field.message === undefined) return item;
  if (isPlainJson(field)) return sortJson(item);
  return sortMessage(field.message, item as Fields);
}

/** protobuf-es keeps a `Struct` as plain JSON, save in the `Value` that structs are made of. */
function isPlainJson(field: DescField): boolean {
  return (
    field.message?.typeName === "google.protobuf.Struct" &&
    field.parent.typeName !== "google.protobuf.Value"
  );
}

function sortJson(value: unknown): unknown {
  if (Array.isArray(value)) return mapItems(value, sortJson);
  if (typeof value !== "object" || value === null) return value;
  return mapValues(sortKeys(value as Fields), sortJson);
}

function sortKeys(map: Fields): Fields {
  const keys = Object.keys(map);
  if (keys.length < 2) return map;
  // Engines put keys that look like array indexes first, sorted or not: one order all the same.
  const sorted = Object.fromEntries(keys.toSorted().map((key) => [key, map[key]]));
  const isSame = Object.keys(sorted).every((key, index) => key === keys[index]);
  return isSame ? map : sorted;
}

function mapValues(map: Fields, change: (value: unknown) => unknown): Fields {
  const entries = Object.entries(map).map(([key, value]) => [key, change(value)] as const);
  return entries.every(([key, value]) => value === map[key]) ? map : Object.fromEntries(entries);
}

function mapItems(
  items: readonly unknown[],
  change: (value: unknown) => unknown,
): readonly unknown[] {
  const changed = items.map(change);
  return changed.every((item, index) => item === items[index]) ? items : changed;
}

const plans = new WeakMap<DescMessage, readonly DescField[]>();

/** The fields that are maps or may hold some further down: only they are looked at. */
function fieldsWithMaps(desc: DescMessage): readonly DescField[] {
  let plan = plans.get(desc);
  if (plan === undefined) {
    plan = desc.fields.filter((field) => mayHoldMap(field, new Set()));
    plans.set(desc, plan);
  }
  return plan;
}

function mayHoldMap(field: DescField, seen: Set<DescMessage>): boolean {
  if (field.fieldKind === "map") return true;
  const { message } = field;
  if (message === undefined || seen.has(message)) return false;
  seen.add(message);
  return message.fields.some((inner) => mayHoldMap(inner, seen));
}

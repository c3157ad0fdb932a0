import type { DeltaAnswer, SotwAnswer } from "../wire/answer.ts";

/** Answers with more names than this are not compared by content: it would cost as much as encoding. */
const MAX_NAMES = 4096;
const SEPARATOR = "\n";

/** The content of an answer as text: equal texts are equal answers, whatever is in the names. */
export function deltaShareKey(answer: DeltaAnswer): string | undefined {
  const { typeUrl, systemVersionInfo, resources, removed, absentAliases, errors } = answer;
  if (errors.length > 0) return undefined;
  if (resources.length + removed.length + absentAliases.length > MAX_NAMES) return undefined;
  const parts = [typeUrl, systemVersionInfo];
  for (const { name, version } of resources) parts.push(`+${name.length}`, name, version);
  for (const name of removed) parts.push(`-${name.length}`, name);
  for (const name of absentAliases) parts.push(`0${name.length}`, name);
  return parts.join(SEPARATOR);
}

/** The content of an answer as text: equal texts are equal answers. */
export function sotwShareKey(answer: SotwAnswer): string | undefined {
  const { typeUrl, versionInfo, resources, isWrapped, errors } = answer;
  if (resources.length > MAX_NAMES || errors.length > 0) return undefined;
  const parts = [typeUrl, versionInfo, isWrapped ? "w" : "b"];
  for (const { name, version } of resources) parts.push(`${name.length}`, name, version);
  return parts.join(SEPARATOR);
}

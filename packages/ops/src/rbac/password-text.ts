import { fail, ok, type Result } from "@signalbox/base";
import type { PasswordHash } from "./password.ts";
import type { WorkFactor } from "./work-factor.ts";

/**
 * A hash as one line that says how it was made, in the form that password libraries share:
 * `$pbkdf2-sha256$i=600000$SALT$HASH`, base64 without padding.
 */
export function passwordText({ factor, salt, hash }: PasswordHash): string {
  return ["", factor.kind, ...parametersText(factor), base64(salt), base64(hash)].join("$");
}

/**
 * Reads a hash with what says how it was made: `$pbkdf2-sha256$i=600000$SALT$HASH`, or scrypt or
 * argon2id alike.
 */
export function parsePasswordText(text: string): Result<PasswordHash> {
  const [before, kind, ...rest] = text.split("$");
  // argon2 says its version in a part of its own.
  const parts = kind === "argon2id" && rest[0] === "v=19" ? rest.slice(1) : rest;
  const [parameters = "", salt = "", hash = "", ...more] = parts;
  if (before !== "" || more.length > 0) return fail("not a password hash");
  const factor = factorOf(kind ?? "", parameters);
  if (factor === undefined) return fail("an unknown kind of password hash, or odd parameters");
  if (![salt, hash].every((part) => /^[A-Za-z0-9+/]+$/.test(part))) return fail("not base64");
  return ok({ factor, salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") });
}

function parametersText(factor: WorkFactor): readonly string[] {
  switch (factor.kind) {
    case "pbkdf2-sha256":
      return [`i=${factor.iterations}`];
    case "scrypt":
      return [`ln=${Math.log2(factor.cost)},r=${factor.blockSize},p=${factor.parallelism}`];
    case "argon2id":
      return ["v=19", `m=${factor.memoryKib},t=${factor.passes},p=${factor.parallelism}`];
  }
}

function factorOf(kind: string, text: string): WorkFactor | undefined {
  const values = new Map(text.split(",").map((part) => part.split("=", 2) as [string, string]));
  const number = (name: string): number => {
    const value = values.get(name) ?? "";
    return /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  };
  const factor = FACTORS.get(kind)?.(number);
  const isFit = factor !== undefined && Object.values(factor).every(isSet);
  return isFit ? factor : undefined;
}

/** The kind is a text; every number of it must have been there, and not be 0. */
function isSet(value: string | number): boolean {
  return typeof value === "string" || (Number.isFinite(value) && value > 0);
}

type ReadFactor = (number: (name: string) => number) => WorkFactor;

const FACTORS: ReadonlyMap<string, ReadFactor> = new Map<string, ReadFactor>([
  ["pbkdf2-sha256", (number) => ({ kind: "pbkdf2-sha256", iterations: number("i") })],
  [
    "scrypt",
    (number) => ({
      kind: "scrypt",
      cost: 2 ** number("ln"),
      blockSize: number("r"),
      parallelism: number("p"),
    }),
  ],
  [
    "argon2id",
    (number) => ({
      kind: "argon2id",
      memoryKib: number("m"),
      passes: number("t"),
      parallelism: number("p"),
    }),
  ],
]);

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

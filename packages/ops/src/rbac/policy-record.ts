import { fail, ok, type Result } from "@signalbox/base";
import type { PolicyRecord, Role } from "./policy.ts";

/** Reads a policy that was written down as JSON; what it does not know makes it fail. */
export function parsePolicyRecord(text: string): Result<PolicyRecord> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail(`not JSON: ${String(error)}`);
  }
  if (!isObject(value)) return fail("a policy is an object");
  const { roles, users, ...more } = value;
  if (!Array.isArray(roles) || !Array.isArray(users)) return fail("roles and users are lists");
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) return fail(`unknown key ${JSON.stringify(unknown)}`);
  const oddRole = roles.findIndex((role) => !isRole(role));
  if (oddRole !== -1) return fail(`roles[${oddRole}] has a name, grants and denials`);
  const oddUser = users.findIndex((user) => !isUser(user));
  if (oddUser !== -1) return fail(`users[${oddUser}] has a name and roles`);
  return ok({ roles: roles as Role[], users: users as PolicyRecord["users"] });
}

function isRole(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { name, grants, denials } = value;
  return typeof name === "string" && isTexts(grants) && isTexts(denials);
}

function isUser(value: unknown): boolean {
  return isObject(value) && typeof value["name"] === "string" && isTexts(value["roles"]);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import type * as Http from "node:http";

/**
 * `node:http`. For values of it: an `import` statement reads each export of the module, and with
 * one of them Node loads all of undici, which is a sixth of the time that a client command takes.
 */
export function nodeHttp(): typeof Http {
  return process.getBuiltinModule("node:http");
}

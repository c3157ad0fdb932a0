import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { CANCELLED, Problem } from "@signalbox/base";

/** Where a password comes from, and where it is asked for. */
export interface PasswordIo {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
}

/**
 * A password: typed unseen at a terminal, otherwise all of the input without the end of its line.
 *
 * @throws Problem `invalid_request` when there is none, or more than one line
 */
export async function readPassword(io: PasswordIo): Promise<string> {
  const given = io.stdin.isTTY === true ? await askUnseen(io) : await text(io.stdin);
  const password = given.replace(/\r?\n$/, "");
  if (password === "") throw new Problem("invalid_request", "there is no password on the input");
  if (/[\r\n]/.test(password)) {
    throw new Problem("invalid_request", "a password is one line; the input has more");
  }
  return password;
}

/** Readline takes over the echo of the terminal, and writes it where nobody sees it. */
async function askUnseen({ stdin, stderr }: PasswordIo): Promise<string> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: stdin, output: unseen, terminal: true });
  const typed = Promise.withResolvers<string>();
  // In this mode the terminal sends no signals: Ctrl-C and Ctrl-D are keys.
  terminal.once("line", typed.resolve).once("SIGINT", () => typed.reject(CANCELLED));
  terminal.once("close", () => typed.resolve(""));
  stderr.write("Password: ");
  try {
    return await typed.promise;
  } finally {
    terminal.close();
    stderr.write("\n");
  }
}

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { CANCELLED, Problem } from "@signalbox/base";
import { readPassword } from "./read-password.ts";

/** Reads from what a program pipes in. */
function fromPipe(input: string): Promise<string> {
  const stdin = new PassThrough();
  stdin.end(input);
  return readPassword({ stdin, stderr: new PassThrough() });
}

/** Reads from keys; answers with what the terminal showed meanwhile, too. */
async function fromKeys(keys: string): Promise<{ password: string; shown: string }> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = new PassThrough();
  const read = readPassword({ stdin, stderr });
  stdin.write(keys);
  const password = await read.finally(() => stderr.end());
  return { password, shown: await text(stderr) };
}

for (const input of ["pässwörd", "pässwörd\n", "pässwörd\r\n"]) {
  test(`piped in: ${JSON.stringify(input)}`, async () => {
    assert.equal(await fromPipe(input), "pässwörd");
  });
}

test("spaces are part of a password", async () => {
  assert.equal(await fromPipe(" a b \n"), " a b ");
});

for (const input of ["", "\n", "one\ntwo\n", "one\rtwo"]) {
  test(`no password: ${JSON.stringify(input)}`, async () => {
    await assert.rejects(
      fromPipe(input),
      (error) => Problem.is(error) && error.code === "invalid_request",
    );
  });
}

test("typed at a terminal, it is asked for and not shown", async () => {
  const { password, shown } = await fromKeys("secrez\x7ft\r");
  assert.equal(password, "secret");
  assert.equal(shown, "Password: \n");
});

test("Ctrl-C at a terminal ends it, and Ctrl-D is no password", async () => {
  await assert.rejects(fromKeys("sec\x03"), (error) => error === CANCELLED);
  await assert.rejects(fromKeys("\x04"), (error) => Problem.is(error));
});

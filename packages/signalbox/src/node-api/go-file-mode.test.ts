import assert from "node:assert/strict";
import { test } from "node:test";
import { goFileMode, goFileModeText } from "./go-file-mode.ts";

// The numbers are those of node-api §4.3.
const cases = [
  { what: "a file", st: 0o100644, go: 0o644, text: "-rw-r--r--" },
  { what: "a file without permissions", st: 0o100000, go: 0, text: "----------" },
  { what: "/tmp", st: 0o041777, go: 2148532735, text: "dtrwxrwxrwx" },
  { what: "/dev/null", st: 0o020666, go: 0x042001b6, text: "Dcrw-rw-rw-" },
  { what: "a disk", st: 0o060660, go: 0x040001b0, text: "Drw-rw----" },
  { what: "a symbolic link", st: 0o120777, go: 0x080001ff, text: "Lrwxrwxrwx" },
  { what: "a pipe", st: 0o010600, go: 0x02000180, text: "prw-------" },
  { what: "a socket", st: 0o140755, go: 0x010001ed, text: "Srwxr-xr-x" },
  { what: "a setuid program", st: 0o104755, go: 0x008001ed, text: "urwxr-xr-x" },
  { what: "a setgid folder", st: 0o042775, go: 0x804001fd, text: "dgrwxrwxr-x" },
  { what: "no known type", st: 0o150644, go: 0x000801a4, text: "?rw-r--r--" },
  { what: "no type at all", st: 0o000644, go: 0x000801a4, text: "?rw-r--r--" },
];

for (const { what, st, go, text } of cases) {
  test(`the mode of ${what} is ${text}`, () => {
    assert.equal(goFileMode(st), go);
    assert.equal(goFileModeText(go), text);
  });
}

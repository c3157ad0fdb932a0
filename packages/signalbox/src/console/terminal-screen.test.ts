import assert from "node:assert/strict";
import { test } from "node:test";
import { anyText } from "@signalbox/testing";
import fc from "fast-check";
import { keyInput } from "./key-input.ts";
import { TerminalScreen } from "./terminal-screen.ts";

const textOf = (screen: TerminalScreen): readonly string[] =>
  screen.lines.map((line) =>
    line
      .map(({ character }) => character)
      .join("")
      .trimEnd(),
  );

function shown(text: string, columns = 20, rows = 4): readonly string[] {
  const screen = new TerminalScreen(columns, rows);
  screen.write(text);
  return textOf(screen);
}

test("serial text: carriage return, line feed, backspace, tab", () => {
  assert.deepEqual(shown("login: root\r\nok\r\n"), ["login: root", "ok", ""]);
  assert.deepEqual(shown("50%\r100%"), ["100%"]);
  assert.deepEqual(shown("ab\b \bc"), ["ac"]);
  assert.deepEqual(shown("a\tb"), ["a       b"]);
  assert.deepEqual(shown("a\nb"), ["a", " b"], "a bare line feed keeps the column");
});

test("long lines wrap, and the screen scrolls with its history kept", () => {
  assert.deepEqual(shown("abcdef", 4), ["abcd", "ef"]);
  const screen = new TerminalScreen(10, 2, 3);
  screen.write("1\r\n2\r\n3\r\n4");
  assert.deepEqual(textOf(screen), ["2", "3", "4"], "3 lines are kept");
  assert.equal(screen.top, 1);
});

test("the control sequences that shells use", () => {
  assert.deepEqual(shown("abc\u001b[2Dx"), ["axc"]);
  assert.deepEqual(shown("abc\r\u001b[K"), [""]);
  assert.deepEqual(shown("abc\r\u001b[1P"), ["bc"]);
  assert.deepEqual(shown("abc\r\u001b[2@"), ["  abc"]);
  assert.deepEqual(shown("a\r\nb\u001b[H\u001b[Jc"), ["c", ""]);
  assert.deepEqual(shown("\u001b[3;2Hx"), ["", "", " x"]);
  assert.deepEqual(
    shown("\u001b]0;title\u0007a\u001b]0;t\u001b\\b"),
    ["ab"],
    "titles are swallowed",
  );
  assert.deepEqual(shown("\u001b[?25la\u001b(Bb\u001b[?2004h"), ["ab"]);
});

test("colours are kept by cell, and reset", () => {
  const screen = new TerminalScreen(20, 4);
  screen.write("\u001b[1;31;44ma\u001b[0mb\u001b[92mc\u001b[38;5;200md");
  const [a, b, c, d] = (screen.lines[0] ?? []).map(({ style }) => style);
  assert.deepEqual(a, { foreground: 1, background: 4, bold: true, inverse: false });
  assert.deepEqual(b, TerminalScreen.plain());
  assert.equal(c?.foreground, 10);
  assert.equal(d?.foreground, 10, "256 colours are skipped");
});

test("a guest that asks where the cursor is gets an answer", () => {
  const screen = new TerminalScreen(20, 4);
  screen.write("ab\r\ncd\u001b[6n");
  assert.deepEqual(screen.answers, ["\u001b[2;3R"]);
});

test("a resize keeps the cursor on its line", () => {
  const screen = new TerminalScreen(10, 4);
  screen.write("1\r\n2\r\n3\r\n4");
  screen.resize(10, 2);
  screen.write("x");
  assert.deepEqual(textOf(screen), ["1", "2", "3", "4x"]);
  screen.resize(10, 4);
  screen.write("y");
  assert.deepEqual(textOf(screen), ["1", "2", "3", "4xy"]);
});

test("no bytes break the screen: bounded, and the cursor is on it", () => {
  const pieces = fc.oneof(
    anyText({ maxLength: 20 }),
    fc.constantFrom(
      "\u001b[",
      "\u001b]",
      "\u001b",
      ";",
      "9999",
      "H",
      "J",
      "K",
      "P",
      "@",
      "m",
      "\n",
    ),
  );
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 80 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 10 }),
      (texts, columns, rows) => {
        const screen = new TerminalScreen(20, 5, 50);
        for (const [index, text] of texts.entries()) {
          screen.write(text);
          if (index === 10) screen.resize(columns, rows);
        }
        assert.ok(screen.lines.length <= 60);
        assert.ok(screen.cursorRow >= 0 && screen.cursorRow < screen.rows);
        assert.ok(screen.cursorColumn >= 0 && screen.cursorColumn <= screen.columns);
        assert.ok(
          screen.lines.every((line) => line.length <= 40 && !line.includes(undefined as never)),
        );
        assert.ok(screen.answers.length <= 16);
      },
    ),
    { numRuns: 1000, seed: 42 },
  );
});

test("keys become what a serial line expects", () => {
  const press = (key: string, more: object = {}) =>
    keyInput({ key, ctrlKey: false, altKey: false, metaKey: false, ...more });
  assert.equal(press("a"), "a");
  assert.equal(press("Enter"), "\r");
  assert.equal(press("Backspace"), "\u007f");
  assert.equal(press("ArrowUp"), "\u001b[A");
  assert.equal(press("c", { ctrlKey: true }), "\u0003");
  assert.equal(press("]", { ctrlKey: true }), "\u001d");
  assert.equal(press("b", { altKey: true }), "\u001bb");
  assert.equal(press("c", { metaKey: true }), undefined, "the browser's own");
  assert.equal(press("F5"), undefined);
  assert.equal(press("toString"), undefined);
});

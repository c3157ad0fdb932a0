import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { Command } from "commander";
import { completionTree } from "./completion-tree.ts";
import { renderCompletion } from "./render-completion.ts";

const program = new Command("signalbox");
const server = program.command("server");
server.command("create").option("--image <image>").option("-o, --output <format>");
server.command("list");
program.command("network").command("list");

const tree = completionTree(program);

/** What bash offers for a line; the last word is the one being typed. */
function complete(line: string): string[] {
  const words = line.split(" ");
  const script = `${renderCompletion("bash", tree)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
_signalbox; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync("bash", ["-c", script], { encoding: "utf8" });
  return out.split("\n").filter((word) => word !== "");
}

test("bash completes commands, their children and their flags", () => {
  assert.deepEqual(complete("signalbox "), ["server", "network", "help", "--help"]);
  assert.deepEqual(complete("signalbox se"), ["server"]);
  assert.deepEqual(complete("signalbox server "), ["create", "list", "help", "--help"]);
  assert.deepEqual(complete("signalbox server create --i"), ["--image"]);
});

test("behind an argument the flags of the last command are offered", () => {
  assert.deepEqual(complete("signalbox server create web --o"), ["--output"]);
});

test("zsh turns bash's completions on first", () => {
  assert.match(renderCompletion("zsh", tree), /^autoload .*bashcompinit/);
});

test("fish has a line for each word", () => {
  const lines = renderCompletion("fish", tree).split("\n");
  assert.ok(lines.includes(`complete -c signalbox -f -n '__signalbox_at "server"' -a 'create'`));
});

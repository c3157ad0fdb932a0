import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { Argument, Command, Option } from "commander";
import { completionTree } from "./completion-tree.ts";
import { renderCompletion } from "./render-completion.ts";

const program = new Command("signalbox");
const server = program.command("server");
server
  .command("create")
  .option("--image <image>")
  .addOption(new Option("-o, --output <format>").choices(["table", "json", "yaml"]));
server.command("list").addOption(new Option("--output <format>").choices(["table", "json"]));
program.command("network").command("list");
program.command("completion").addArgument(new Argument("<shell>").choices(["bash", "zsh"]));

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
  assert.deepEqual(complete("signalbox "), [
    ...["server", "network", "completion", "help", "--help"],
  ]);
  assert.deepEqual(complete("signalbox se"), ["server"]);
  assert.deepEqual(complete("signalbox server "), ["create", "list", "help", "--help"]);
  assert.deepEqual(complete("signalbox server create --i"), ["--image"]);
});

test("behind an argument the flags of the last command are offered", () => {
  assert.deepEqual(complete("signalbox server create web --o"), ["--output"]);
});

test("behind a flag the values are offered that the command has for it", () => {
  const formats = ["table", "json", "yaml"];
  assert.deepEqual(complete("signalbox server create web --output "), formats);
  assert.deepEqual(complete("signalbox server create -o "), formats);
  assert.deepEqual(complete("signalbox server list --output "), ["table", "json"]);
  assert.deepEqual(complete("signalbox server list --output j"), ["json"]);
  assert.deepEqual(complete("signalbox completion "), ["bash", "zsh", "--help"]);
});

test("bash makes a word of the = between a flag and its value", () => {
  assert.deepEqual(complete("signalbox server list --output ="), ["table", "json"]);
  assert.deepEqual(complete("signalbox server list --output = j"), ["json"]);
});

test("zsh turns bash's completions on first, and meets no length that begins with a letter", () => {
  const script = renderCompletion("zsh", tree);
  assert.match(script, /^autoload .*bashcompinit/);
  assert.doesNotMatch(script, /\$\{[^}]*:[A-Za-z]/);
});

test("fish has a line for each word, and for each flag whose values are known", () => {
  const lines = renderCompletion("fish", tree).split("\n");
  assert.ok(lines.includes(`complete -c signalbox -f -n '__signalbox_at "server"' -a 'create'`));
  const output = `-s o -l output -x -a 'table json yaml'`;
  assert.ok(
    lines.includes(`complete -c signalbox -n '__signalbox_below "server create"' ${output}`),
  );
});

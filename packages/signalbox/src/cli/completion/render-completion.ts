import type { CompletionNode, CompletionOption } from "./completion-tree.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** A script that makes the shell complete `signalbox`. */
export function renderCompletion(shell: Shell, tree: readonly CompletionNode[]): string {
  switch (shell) {
    case "bash":
      return renderBash(tree);
    case "zsh":
      // zsh runs bash completions once it was told to.
      return `autoload -U +X bashcompinit && bashcompinit\n${renderBash(tree)}`;
    case "fish":
      return renderFish(tree);
  }
}

function renderBash(tree: readonly CompletionNode[]): string {
  const cases = tree.map(({ path, words }) => `    "${path}") words="${words.join(" ")}" ;;`);
  return `_signalbox() {
  local path="" word words="" current="\${COMP_WORDS[COMP_CWORD]}" flag="\${COMP_WORDS[COMP_CWORD-1]}"
  # zsh takes a length that begins with a letter for a modifier.
  for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD-1))}"; do
    case "$word" in -*) break ;; *) path="\${path:+$path }$word" ;; esac
  done
  while :; do
    case "$path" in
${cases.join("\n")}
    esac
    [ -n "$words" ] && break
    case "$path" in *" "*) path="\${path% *}" ;; *) path="" ;; esac
  done
  # The = of --output=json is a word of its own.
  if [ "$current" = "=" ]; then current=""; elif [ "$flag" = "=" ]; then flag="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  case "$path $flag" in
${bashValues(tree).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _signalbox signalbox`;
}

/** One line for all flags that take the same values. */
function bashValues(tree: readonly CompletionNode[]): readonly string[] {
  const patterns = tree.flatMap(({ path, options }) =>
    options.flatMap(({ flags, values }) =>
      flags.map((flag) => ({ pattern: `"${path} ${flag}"`, words: values.join(" ") })),
    ),
  );
  return Array.from(
    Map.groupBy(patterns, ({ words }) => words),
    ([words, same]) => `    ${same.map(({ pattern }) => pattern).join("|")}) words="${words}" ;;`,
  );
}

function renderFish(tree: readonly CompletionNode[]): string {
  const words = tree.flatMap(({ path, words }) =>
    words.map((word) => `complete -c signalbox -f -n '__signalbox_at "${path}"' -a '${word}'`),
  );
  const values = tree.flatMap(({ path, options }) =>
    options.map(
      (option) => `complete -c signalbox -n '__signalbox_below "${path}"' ${fishOption(option)}`,
    ),
  );
  return `function __signalbox_path
  set -l words (commandline -opc)
  set -e words[1]
  set -l path
  for word in $words
    string match -q -- '-*' $word; and break
    set -a path $word
  end
  echo "$path"
end
function __signalbox_at
  test (__signalbox_path) = "$argv[1]"
end
function __signalbox_below
  string match -q -- "$argv[1] *" (__signalbox_path)" "
end
${[...words, ...values].join("\n")}`;
}

function fishOption({ flags, values }: CompletionOption): string {
  const names = flags.map((flag) =>
    flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  return `${names.join(" ")} -x -a '${values.join(" ")}'`;
}

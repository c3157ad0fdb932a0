import type { CompletionNode } from "./completion-tree.ts";

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
  local path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) break ;; *) path="\${path:+$path }$word" ;; esac
  done
  while :; do
    case "$path" in
${cases.join("\n")}
    esac
    [ -n "$words" ] && break
    case "$path" in *" "*) path="\${path% *}" ;; *) path="" ;; esac
  done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _signalbox signalbox`;
}

function renderFish(tree: readonly CompletionNode[]): string {
  const lines = tree.flatMap(({ path, words }) =>
    words.map((word) => `complete -c signalbox -f -n '__signalbox_at "${path}"' -a '${word}'`),
  );
  return `function __signalbox_at
  set -l words (commandline -opc)
  set -e words[1]
  set -l path
  for word in $words
    string match -q -- '-*' $word; and break
    set -a path $word
  end
  test "$path" = "$argv[1]"
end
${lines.join("\n")}`;
}

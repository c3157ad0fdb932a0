# Sourced by the others: reading YAML (and so JSON) documents, see yaml-flatten.awk.

# yaml_flatten DOCUMENT FLAT: fails, and says why, when not all of the document was understood.
yaml_flatten() {
  : >"$2"
  [ -f "$1" ] || return 0
  awk -f /usr/lib/signalbox-guest/yaml-flatten.awk "$1" >"$2" 2>"$2.errors" && return 0
  while read -r line; do say "${1##*/}: $line"; done <"$2.errors"
  return 1
}

# yaml_value FLAT PATH: sets `value`, to nothing when there is none. For small documents: it takes
# no process, but the shell reads every byte of its own.
yaml_value() {
  local path
  while IFS='	' read -r path value; do
    [ "$path" != "$2" ] || break
    value=
  done <"$1"
  case $value in
    # The three escapes of a flattened document are among those that printf knows.
    *\\*) value=$(printf %b "$value") ;;
  esac
}

# yaml_get FLAT PATH: prints the value; nothing when there is none.
yaml_get() {
  awk -F '\t' -v path="$2" -f /usr/lib/signalbox-guest/yaml-get.awk "$1"
}

# yaml_children FLAT PATH: the names of what is directly below PATH, in the document's order.
yaml_children() {
  awk -F '\t' -v path="$2" '
    path == "" || index($1, path "/") == 1 {
      child = path == "" ? $1 : substr($1, length(path) + 2)
      sub("/.*", "", child)
      if (child != "" && !(child in seen)) print child
      seen[child] = 1
    }' "$1"
}

# yaml_has FLAT PATH: whether there is a value at PATH or below it.
yaml_has() {
  awk -F '\t' -v path="$2" '$1 == path || index($1, path "/") == 1 { found = 1; exit }
    END { exit !found }' "$1"
}

# yaml_true FLAT PATH: whether the value there says yes.
yaml_true() {
  case $(yaml_get "$1" "$2" | tr A-Z a-z) in
    true | yes | on) return 0 ;;
    *) return 1 ;;
  esac
}

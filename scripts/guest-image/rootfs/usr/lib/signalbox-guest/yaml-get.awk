# Prints the value at `path` of a flattened document, its escapes undone.
$1 == path {
  value = substr($0, length($1) + 2)
  while (match(value, /\\[\\nt]/)) {
    printf "%s", substr(value, 1, RSTART - 1)
    escaped = substr(value, RSTART + 1, 1)
    printf "%s", escaped == "n" ? "\n" : escaped == "t" ? "\t" : "\\"
    value = substr(value, RSTART + 2)
  }
  printf "%s", value
  exit
}

# Sourced by boot: the root file system is to fill its partition.

# The size of the partition, in sectors, that the file system was last grown to.
GROWN=/var/lib/signalbox-guest/grown-to

grow_root() {
  while read -r root place rest; do
    [ "$place" != / ] || break
  done </proc/mounts
  read -r size <"/sys/class/block/${root##*/}/size"
  before=
  [ ! -e "$GROWN" ] || read -r before <"$GROWN"
  [ "$before" != "$size" ] || return 0
  if resize2fs "$root" >/run/resize2fs.log 2>&1; then
    echo "$size" >"$GROWN"
  else
    say "the root file system could not be grown: $(tail -n 1 /run/resize2fs.log)"
  fi
}

# Sourced: the name of the machine.

# set_hostname [NAME]: where none is given, it comes from the seed; /etc/hostname keeps it for boots
# without one.
set_hostname() {
  local name=$1 before=
  [ ! -e /etc/hostname ] || read -r before </etc/hostname
  if [ -z "$name" ]; then
    yaml_value /run/seed/meta-data.flat local-hostname
    name=$value
  fi
  name=${name:-${before:-signalbox}}
  name=${name%%.*}
  case $name in
    *[!A-Za-z0-9-]*) name=$(printf %s "$name" | tr -cd 'A-Za-z0-9-') ;;
  esac
  echo "$name" >/proc/sys/kernel/hostname
  [ "$name" != "$before" ] || return 0
  echo "$name" >/etc/hostname
  printf '127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.1.1\t%s\n' "$name" >/etc/hosts
}

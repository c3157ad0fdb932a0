# Sourced by boot: copies the NoCloud seed to /run/seed and lays its documents out:
#   /run/seed/{meta-data,user-data,network-config}         as found
#   /run/seed/join-token                                   as found, for the agent
#   /run/seed/{meta-data,network-config}.flat              see yaml-flatten.awk
#   /var/lib/cloud/instance                                directory of this instance's state

read_seed() {
  mkdir -m 700 /run/seed /run/seed/volume
  if find_volume; then
    copy_seed
  else
    say "no volume is labelled cidata: there is no seed"
  fi
  for document in meta-data network-config; do
    yaml_flatten "/run/seed/$document" "/run/seed/$document.flat" ||
      say_ignored "$document: it was not understood"
  done
  make_instance
}

# find_volume: sets `device`, and `kind` to that of its file system. The seed is mostly a whole disk,
# so the disks without partitions come first. busybox's findfs reads the label of vfat but not of ISO
# 9660: sector 16 holds the volume's descriptor, with "CD001" at its second byte and the label at its
# 41st, filled up with spaces.
find_volume() {
  devices= others=
  for device in /sys/class/block/*; do
    name=${device##*/}
    if [ -e "$device/partition" ] || [ -e "$device/${name}1" ]; then
      others="$others /dev/$name"
    else
      devices="$devices /dev/$name"
    fi
  done
  kind=iso9660
  for device in $devices $others; do
    [ "$(bytes_of "$device" 32769 5)" = CD001 ] || continue
    case "$(bytes_of "$device" 32808 32) " in
      'cidata '* | 'CIDATA '*) return ;;
    esac
  done
  kind=vfat
  device=$(findfs LABEL=cidata 2>/dev/null || findfs LABEL=CIDATA 2>/dev/null)
}

# bytes_of DEVICE OFFSET COUNT: the text there; the shell leaves out its zeros.
bytes_of() {
  dd if="$1" bs=1 skip="$2" count="$3" 2>/dev/null
}

copy_seed() {
  mount -t "$kind" -o ro "$device" /run/seed/volume || say "the seed on $device could not be mounted"
  set --
  for document in meta-data user-data network-config join-token; do
    [ ! -f "/run/seed/volume/$document" ] || set -- "$@" "/run/seed/volume/$document"
  done
  [ "$#" -eq 0 ] || cp "$@" /run/seed
  umount /run/seed/volume 2>/dev/null
  [ ! -f /run/seed/join-token ] || chmod 600 /run/seed/join-token
}

make_instance() {
  yaml_value /run/seed/meta-data.flat instance-id
  id=${value:-nocloud}
  # The name of a directory, whatever the seed says.
  case $id in
    . | ..) id=nocloud ;;
    *[!A-Za-z0-9._-]*) id=$(printf %s "$id" | tr -c 'A-Za-z0-9._-' _) ;;
  esac
  before=
  [ ! -e /var/lib/cloud/instance/id ] || read -r before </var/lib/cloud/instance/id
  if [ "$id" != "$before" ]; then
    mkdir -p -m 700 "/var/lib/cloud/instances/$id"
    echo "$id" >"/var/lib/cloud/instances/$id/id"
    ln -sfn "/var/lib/cloud/instances/$id" /var/lib/cloud/instance
  fi
  say "instance $id"
}

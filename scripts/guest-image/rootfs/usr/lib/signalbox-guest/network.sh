# Sourced: gives every network interface its address, as network-config of the seed says, and by
# DHCP where it says nothing. /run/network has the plan of each (see network-plan.awk), and
#   NAME.lease       the name servers of its DHCP lease
#   NAME.address     the address of its DHCP lease

bring_up_network() {
  mkdir /run/network
  interfaces=
  for device in /sys/class/net/*; do
    [ -e "$device/device" ] || continue
    read -r mac <"$device/address"
    interfaces="$interfaces ${device##*/} $mac"
  done
  awk -F '\t' -v interfaces="$interfaces" -v directory=/run/network \
    -f /usr/lib/signalbox-guest/network-plan.awk /run/seed/network-config.flat >/run/network/names
  while read -r interface wanted; do
    # It keeps its name where another interface has the wanted one.
    if [ "$interface" != "$wanted" ] && ip link set "$interface" name "$wanted"; then
      mv "/run/network/$interface.plan" "/run/network/$wanted.plan"
      interface=$wanted
    fi
    bring_up "$interface"
  done </run/network/names
}

# bring_up INTERFACE
bring_up() {
  while read -r what rest; do
    case $what in
      ignored) say_ignored "network-config $rest" ;;
      link) ip link set "$1" $rest ;;
      address) ip address add "$rest" dev "$1" && say "address ${rest%/*}" ;;
      dhcp) start_dhcp "$1" ;;
      static) settle "$1" ;;
    esac
  done <"/run/network/$1.plan"
}

# Tries for a few seconds, then goes on in the background: a machine without DHCP still boots.
start_dhcp() {
  read -r hostname </proc/sys/kernel/hostname
  udhcpc -i "$1" -s /usr/lib/signalbox-guest/dhcp-event -x "hostname:$hostname" \
    -b -t 5 -T 1 -S </dev/null >/dev/null 2>&1
}

# settle INTERFACE: what needs the address to be there.
settle() {
  while read -r what rest; do
    [ "$what" != route ] || add_route "$1" "$rest"
  done <"/run/network/$1.plan"
  write_resolv_conf
}

# add_route INTERFACE ROUTE: the route in the words of ip(8).
add_route() {
  ip route replace $2 dev "$1" || say "the route to $2 could not be set"
}

# The seed's servers of all interfaces first, then those that DHCP named.
write_resolv_conf() {
  for file in /run/network/*.plan /run/network/*.lease; do
    [ -e "$file" ] || continue
    while read -r what rest; do
      case $what in
        search | nameserver) echo "$what $rest" ;;
      esac
    done <"$file"
  done >/run/resolv.conf.new
  mv /run/resolv.conf.new /run/resolv.conf
}

# Sourced: network-config version 2, see docs/guest-image.md for what of it is understood.
. /usr/lib/signalbox-guest/yaml.sh

NETWORK=/run/seed/network-config.flat

network_get() {
  yaml_get "$NETWORK" "$1"
}

# network_config_of INTERFACE: the path of its part of the document, by MAC address or by name.
network_config_of() {
  for root in ethernets network/ethernets; do
    for id in $(yaml_children "$NETWORK" "$root"); do
      mac=$(network_get "$root/$id/match/macaddress" | tr A-Z a-z)
      [ "${mac:-$id}" = "$(cat "/sys/class/net/$1/address")" ] || [ "$id" = "$1" ] || continue
      echo "$root/$id"
      return
    done
  done
}

# bring_up INTERFACE CONFIG
bring_up() {
  report_ignored "$2"
  mtu=$(network_get "$2/mtu")
  ip link set "$1" ${mtu:+mtu "$mtu"} up
  for index in $(yaml_children "$NETWORK" "$2/addresses"); do
    address=$(network_get "$2/addresses/$index")
    ip address add "$address" dev "$1" && say "address ${address%/*}"
  done
  if [ -z "$2" ] || yaml_true "$NETWORK" "$2/dhcp4"; then
    start_dhcp "$1"
  else
    apply_config "$1" "$2"
  fi
}

report_ignored() {
  [ -n "$1" ] || return 0
  for key in $(yaml_children "$NETWORK" "$1"); do
    case $key in
      match | set-name | mtu | addresses | dhcp4 | gateway4 | routes | nameservers) ;;
      *) say_ignored "network-config $1/$key" ;;
    esac
  done
}

# Tries for a few seconds, then goes on in the background: a machine without DHCP still boots.
start_dhcp() {
  udhcpc -i "$1" -s /usr/lib/signalbox-guest/dhcp-event -x "hostname:$(hostname)" \
    -b -t 5 -T 1 -S >/dev/null 2>&1
}

# apply_config INTERFACE CONFIG: what needs the address to be there.
apply_config() {
  gateway=$(network_get "$2/gateway4")
  [ -z "$gateway" ] || add_route "$1" default "$gateway"
  for index in $(yaml_children "$NETWORK" "$2/routes"); do
    to=$(network_get "$2/routes/$index/to")
    metric=$(network_get "$2/routes/$index/metric")
    add_route "$1" "$to" "$(network_get "$2/routes/$index/via")" "$metric"
  done
  write_resolv_conf
}

# add_route INTERFACE TO VIA [METRIC]
add_route() {
  ip route replace "$2" ${3:+via "$3"} dev "$1" ${4:+metric "$4"} ||
    say "the route to $2${3:+ via $3} could not be set"
}

# The seed's servers of all interfaces first, then those that DHCP named.
write_resolv_conf() {
  for config in $(cat /run/network/*/config); do
    for index in $(yaml_children "$NETWORK" "$config/nameservers/search"); do
      network_get "$config/nameservers/search/$index" | sed 's/^/search /; s/$/\n/'
    done
    for index in $(yaml_children "$NETWORK" "$config/nameservers/addresses"); do
      network_get "$config/nameservers/addresses/$index" | sed 's/^/nameserver /; s/$/\n/'
    done
  done | sed '/^$/d' >/run/resolv.conf.new
  cat /run/network/*/dhcp.resolv >>/run/resolv.conf.new 2>/dev/null
  mv /run/resolv.conf.new /run/resolv.conf
}

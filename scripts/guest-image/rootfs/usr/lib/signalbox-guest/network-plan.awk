# Reads a flattened network-config, version 2, and writes for each interface of the machine what is
# to be done, one thing a line, in the words of ip(8) and resolv.conf(5):
#   ignored PATH
#   link [mtu BYTES] up
#   address ADDRESS/LENGTH
#   dhcp | static
#   route TO [via GATEWAY] [metric METRIC]
#   search DOMAIN
#   nameserver ADDRESS
# `interfaces` holds the name and the MAC address of each. Prints a line "NAME WANTED-NAME" for each,
# and the file is `directory`/NAME.plan. What of the document is understood: docs/guest-image.md.

{
  path = $1
  values[path] = substr($0, length(path) + 2)
  paths[++count] = path
}

END {
  version = "version" in values ? values["version"] : values["network/version"]
  if (version != "" && version != "2") {
    print "cloud-init: ignored network-config version " version >"/dev/console"
  }
  words = split(interfaces, word, " ")
  for (i = 1; i < words; i += 2) {
    config = version == "2" ? config_of(word[i], word[i + 1]) : ""
    name = config == "" ? "" : values[config "/set-name"]
    if (name == "") name = word[i]
    print word[i], name
    printf "%s", config == "" ? "link up\ndhcp\n" : plan(config) >(directory "/" word[i] ".plan")
  }
}

# The path of an interface's part of the document, by MAC address or by name; empty without one.
function config_of(name, mac,  i, config, id, wanted) {
  for (i = 1; i <= count; i++) {
    if (!match(paths[i], /^(network\/)?ethernets\/[^\/]+/)) continue
    config = substr(paths[i], 1, RLENGTH)
    id = config
    sub(/.*\//, "", id)
    wanted = tolower(values[config "/match/macaddress"])
    if (id == name || (wanted == "" ? id : wanted) == mac) return config
  }
  return ""
}

function plan(config,  i, key, value, item, seen, ignored, addresses, routes, searches, servers) {
  for (i = 1; i <= count; i++) {
    if (index(paths[i], config "/") != 1) continue
    key = substr(paths[i], length(config) + 2)
    value = values[paths[i]]
    if (key ~ /^addresses\//) addresses = addresses "address " value "\n"
    else if (key ~ /^nameservers\/search\//) searches = searches "search " value "\n"
    else if (key ~ /^nameservers\/addresses\//) servers = servers "nameserver " value "\n"
    else if (key ~ /^routes\//) {
      # The first line of each route stands for all of it.
      item = paths[i]
      sub(/\/[^\/]*$/, "", item)
      if (!(item in seen)) routes = routes route(item)
      seen[item] = 1
    } else if (key !~ /^(match|set-name|mtu|dhcp4|gateway4|nameservers)(\/|$)/) {
      sub(/\/.*/, "", key)
      if (!(key in seen)) ignored = ignored "ignored " config "/" key "\n"
      seen[key] = 1
    }
  }
  return ignored link(values[config "/mtu"]) addresses method(values[config "/dhcp4"]) \
    gateway(values[config "/gateway4"]) routes searches servers
}

function link(mtu) {
  return "link " (mtu == "" ? "" : "mtu " mtu " ") "up\n"
}

function method(dhcp4) {
  return tolower(dhcp4) ~ /^(true|yes|on)$/ ? "dhcp\n" : "static\n"
}

function gateway(address) {
  return address == "" ? "" : "route default via " address "\n"
}

function route(path) {
  return "route " values[path "/to"] \
    (values[path "/via"] == "" ? "" : " via " values[path "/via"]) \
    (values[path "/metric"] == "" ? "" : " metric " values[path "/metric"]) "\n"
}

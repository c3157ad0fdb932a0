# Sourced by the others: what the guest says on its console.

say() {
  echo "signalbox-guest: $*" >/dev/console
}

# Whatever a user asked for and this guest cannot do is said, never passed over.
say_ignored() {
  echo "cloud-init: ignored $*" >/dev/console
}

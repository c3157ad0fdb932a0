# Sourced by boot: sorts user data into what this instance is to run. Written anew at every boot, as
# cloud-init does:
#   INSTANCE/scripts/part-NNN      run once an instance
#   INSTANCE/boothooks/part-NNN    run at every boot
#   INSTANCE/cloud-config/part-NNN.flat

INSTANCE=/var/lib/cloud/instance
PARTS=/run/seed/parts
CARRIAGE_RETURN=$'\r'
CARRIAGE_RETURN_AT_END='s/\r$//'
GZIP=$'\037\213'

split_user_data() {
  [ -s /run/seed/user-data ] || return 0
  set -- "$INSTANCE/scripts" "$INSTANCE/boothooks" "$INSTANCE/cloud-config"
  for directory; do
    [ ! -e "$directory" ] || rm -rf "$directory"
  done
  mkdir -m 700 "$@"
  count=0
  take /run/seed/user-data ''
  [ ! -e "$PARTS" ] || rm -rf "$PARTS"
}

# take FILE TYPE: TYPE is what the MIME part says of itself, or empty.
take() {
  IFS= read -r -n 200 first_line <"$1"
  case $first_line in
    "$GZIP"*)
      gunzip -c <"$1" >"$1.plain" && take "$1.plain" "" || say_ignored "gzip data that is damaged"
      return
      ;;
  esac
  type=$2
  case $type in
    '' | text/plain | application/octet-stream | text/x-not-multipart) recognise "$1" ;;
  esac
  count=$((count + 1))
  number=$count
  while [ ${#number} -lt 3 ]; do number=0$number; done
  name=part-$number
  case $type in
    multipart/*) take_multipart "$1" ;;
    text/x-shellscript) install_script "$1" "$INSTANCE/scripts/$name" ;;
    text/cloud-boothook) install_script "$1" "$INSTANCE/boothooks/$name" ;;
    text/cloud-config) take_cloud_config "$1" "$INSTANCE/cloud-config/$name" ;;
    *) say_ignored "$name of user data: ${type:-of no known type}" ;;
  esac
}

# recognise FILE: sets `type`. By the first line, as cloud-init does; multipart by its headers, of
# which Content-Type need not be the first.
recognise() {
  case $first_line in
    '#!'*) type=text/x-shellscript ;;
    '#cloud-config-archive'*) type=text/cloud-config-archive ;;
    '#cloud-config'*) type=text/cloud-config ;;
    '#cloud-boothook'*) type=text/cloud-boothook ;;
    '#include'*) type=text/x-include-url ;;
    '#part-handler'*) type=text/part-handler ;;
    '## template: jinja'*) type=text/jinja2 ;;
    *)
      type=$(sed "$CARRIAGE_RETURN_AT_END; /^\$/q" "$1" |
        grep -i -o -m 1 '^content-type: *multipart/[a-z]*' |
        tr A-Z a-z | sed 's/^content-type: *//')
      ;;
  esac
}

take_multipart() {
  local parts=$PARTS/$count
  mkdir -p "$parts"
  awk -v directory="$parts" -f $LIBRARY/mime-split.awk "$1" >"$parts/index" ||
    say_ignored "multipart user data without a boundary"
  while read -r file part_type encoding; do
    case $encoding in
      base64) base64 -d <"$parts/$file" >"$parts/$file.decoded" ;;
      7bit | 8bit | binary) cp "$parts/$file" "$parts/$file.decoded" ;;
      *)
        say_ignored "a part of user data: transfer encoding $encoding"
        continue
        ;;
    esac
    take "$parts/$file.decoded" "$part_type"
  done <"$parts/index"
}

# copy_text FILE TO: with the line ends of Linux. The first one decides, as in cloud-init.
copy_text() {
  case $first_line in
    *"$CARRIAGE_RETURN") sed "$CARRIAGE_RETURN_AT_END" "$1" >"$2" ;;
    *) cp "$1" "$2" ;;
  esac
}

install_script() {
  copy_text "$1" "$2"
  chmod 700 "$2"
}

take_cloud_config() {
  copy_text "$1" "$2"
  if ! yaml_flatten "$2" "$2.flat"; then
    say_ignored "cloud-config of $name: it was not understood"
    : >"$2.flat"
  fi
}

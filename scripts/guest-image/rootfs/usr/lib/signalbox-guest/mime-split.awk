# Splits a MIME multipart document. Writes each part's body to `directory`/NNN and prints a line
# "NNN TYPE ENCODING" for it. Fails when there is no boundary.

function header_value(line) {
  sub(/^[^:]*:[ \t]*/, "", line)
  return line
}

function boundary_of(value) {
  if (match(value, /[bB][oO][uU][nN][dD][aA][rR][yY]="[^"]*"/)) {
    return substr(value, RSTART + 10, RLENGTH - 11)
  }
  if (match(value, /[bB][oO][uU][nN][dD][aA][rR][yY]=[^ \t;]+/)) {
    return substr(value, RSTART + 9, RLENGTH - 9)
  }
  return ""
}

function end_header() {
  if (header ~ /^[cC][oO][nN][tT][eE][nN][tT]-[tT][yY][pP][eE]:/) {
    content_type = header_value(header)
  } else if (header ~ /^[cC][oO][nN][tT][eE][nN][tT]-[tT][rR][aA][nN][sS][fF][eE][rR]-[eE][nN][cC][oO][dD][iI][nN][gG]:/) {
    encoding = tolower(header_value(header))
  }
  header = ""
}

function begin_part() {
  number++
  state = "part headers"
  content_type = "text/plain"
  encoding = "7bit"
  header = ""
}

# A multipart part keeps its own headers, so that it can be split in turn.
function begin_body(  type) {
  file = sprintf("%03d", number)
  type = tolower(content_type)
  sub(/[ \t;].*/, "", type)
  print file, type, encoding
  printf "" >(directory "/" file)
  if (type ~ /^multipart\//) printf "Content-Type: %s\n\n", content_type >(directory "/" file)
  state = "body"
  first_line = 1
}

# The line break before a boundary belongs to the boundary.
function body_line(line) {
  printf "%s%s", first_line ? "" : "\n", line >(directory "/" file)
  first_line = 0
}

BEGIN { state = "headers" }

{
  bare = $0
  sub(/\r$/, "", bare)
}

boundary != "" && bare == "--" boundary "--" {
  if (state == "body") close(directory "/" file)
  exit
}

boundary != "" && bare == "--" boundary {
  if (state == "body") close(directory "/" file)
  begin_part()
  next
}

state == "headers" || state == "part headers" {
  if (bare ~ /^[ \t]/) {
    header = header bare
    next
  }
  end_header()
  header = bare
  if (bare != "") next
  if (state == "part headers") {
    begin_body()
  } else {
    boundary = boundary_of(content_type)
    if (boundary == "") exit 1
    state = "preamble"
  }
  next
}

state == "body" { body_line($0) }

END { if (boundary == "") exit 1 }

# Turns a YAML document into lines "PATH<TAB>VALUE", e.g. "write_files/0/path<TAB>/etc/motd".
# In values, backslash, line feed and tab are written \\, \n and \t. Empty collections have no line.
#
# Understood: block and flow collections, plain and quoted scalars (also over several lines),
# literal and folded blocks, comments; and so all of JSON. Not understood: anchors, aliases, tags,
# complex keys, merge keys, more than one document. The first such line ends the work: a message on
# standard error, exit status 1, and nothing is printed.

{ sub(/\r$/, ""); lines[++count] = $0 }

END {
  at = 1
  skip_blank()
  if (at <= count && lines[at] ~ /^%/) give_up("a directive")
  if (at <= count && lines[at] ~ /^---([ \t]*(#.*)?)?$/) at++
  skip_blank()
  if (at <= count) node("", -1)
  skip_blank()
  if (at <= count && lines[at] ~ /^(---|\.\.\.)/) {
    at++
    skip_blank()
    if (at <= count) give_up("a second document")
  }
  if (at <= count) give_up("an indentation that fits nothing above")
  printf "%s", output
}

# Ends the program; `failed` keeps the output back.
function give_up(what) {
  print "line " at ": " what " is not understood" >"/dev/stderr"
  exit 1
}

function emit(path, value) {
  gsub(/\\/, "\\\\", value)
  gsub(/\n/, "\\n", value)
  gsub(/\t/, "\\t", value)
  output = output path "\t" value "\n"
}

# --- lines ---------------------------------------------------------------------------------------

function skip_blank() {
  while (at <= count && lines[at] ~ /^[ \t]*(#.*)?$/) at++
}

function indent_of(line) {
  match(line, /^ */)
  return RLENGTH
}

function trim(text) {
  sub(/^[ \t]+/, "", text)
  sub(/[ \t]+$/, "", text)
  return text
}

function below(path, name) {
  return path == "" ? name : path "/" name
}

function is_document_end(line) {
  return line ~ /^(---|\.\.\.)([ \t]|$)/
}

# The next line that is not blank belongs to a node that is indented by more than `outer`.
function has_node(outer) {
  skip_blank()
  if (at > count || is_document_end(lines[at])) return 0
  if (lines[at] ~ /^ *\t/) give_up("a tab as indentation")
  return indent_of(lines[at]) > outer
}

# --- block collections ---------------------------------------------------------------------------

function node(path, outer,  text) {
  if (!has_node(outer)) {
    emit(path, "")
    return
  }
  text = substr(lines[at], indent_of(lines[at]) + 1)
  if (is_item(text)) sequence(path, indent_of(lines[at]))
  else if (key_length(text) > 0) mapping(path, indent_of(lines[at]))
  else {
    at++
    value(path, trim(text), outer)
  }
}

function is_item(text) {
  return text ~ /^-([ \t]|$)/
}

function sequence(path, indent,  number, text, gap) {
  while (has_node(indent - 1) && indent_of(lines[at]) == indent) {
    text = substr(lines[at], indent + 1)
    if (!is_item(text)) return
    gap = match(substr(text, 2), /[^ \t]/)
    if (gap == 0 || substr(text, gap + 1) ~ /^#/) {
      at++
      node(below(path, number + 0), indent)
    } else {
      text = substr(text, gap + 1)
      item(below(path, number + 0), text, indent, indent + gap)
    }
    number++
  }
}

# A collection may begin on the line of the dash: it is read as if the dash were a space.
function item(path, text, indent, column) {
  if (is_item(text) || key_length(text) > 0) {
    lines[at] = sprintf("%" column "s", "") text
    node(path, indent)
  } else {
    at++
    value(path, trim(text), indent)
  }
}

function mapping(path, indent,  text, size, name, rest) {
  while (has_node(indent - 1) && indent_of(lines[at]) == indent) {
    text = substr(lines[at], indent + 1)
    size = key_length(text)
    if (size == 0) return
    name = unquote(trim(substr(text, 1, size)))
    if (name == "<<") give_up("a merge key")
    rest = trim(substr(text, size + 2))
    at++
    if (rest == "" || rest ~ /^#/) mapping_value(below(path, name), indent)
    else value(below(path, name), rest, indent)
  }
}

# The dashes of a list may stand in the column of its key.
function mapping_value(path, indent) {
  if (has_node(indent - 1) && indent_of(lines[at]) == indent &&
      is_item(substr(lines[at], indent + 1))) {
    sequence(path, indent)
  } else {
    node(path, indent)
  }
}

# How long the key at the start of the text is, without its colon; 0 when there is none.
function key_length(text,  first, end) {
  first = substr(text, 1, 1)
  if (first == "\"" || first == "'") {
    end = quote_end(text)
    if (end == 0) return 0
    return substr(text, end + 1) ~ /^[ \t]*:([ \t]|$)/ ? end + index(substr(text, end + 1), ":") - 1 : 0
  }
  if (index("[]{}#|>@`%,&*!", first) > 0) return 0
  if (text ~ /^\?([ \t]|$)/) give_up("a complex key")
  if (!match(text, /:([ \t]|$)/)) return 0
  end = RSTART - 1
  return match(substr(text, 1, end), /[ \t]#/) ? 0 : end
}

# --- scalars -------------------------------------------------------------------------------------

# A value that begins with `text`; the current line is the one after it.
function value(path, text, outer,  first) {
  first = substr(text, 1, 1)
  if (first ~ /[&*!@`%]/) {
    at--
    give_up(first == "!" ? "a tag" : first == "*" || first == "&" ? "an anchor or alias" : "a reserved character")
  }
  if (first == "|" || first == ">") block_scalar(path, text, outer)
  else if (first == "[" || first == "{") flow(path, text, outer)
  else if (first == "\"" || first == "'") quoted(path, text, outer)
  else plain(path, text, outer)
}

function plain(path, text, outer,  next_text, blank) {
  if (match(text, /[ \t]#/)) {
    emit_plain(path, trim(substr(text, 1, RSTART - 1)))
    return
  }
  while (at <= count) {
    for (blank = 0; at + blank <= count && lines[at + blank] ~ /^[ \t]*$/;) blank++
    if (at + blank > count || is_document_end(lines[at + blank])) break
    if (indent_of(lines[at + blank]) <= outer) break
    next_text = trim(lines[at + blank])
    if (next_text ~ /^#/) break
    at += blank + 1
    text = text fold(blank) next_text
    if (match(next_text, /[ \t]#/)) {
      sub(/[ \t]+#.*$/, "", text)
      break
    }
    if (key_length(next_text) > 0) {
      at--
      give_up("a key within a text that spans lines")
    }
  }
  emit_plain(path, text)
}

function emit_plain(path, text) {
  emit(path, text == "~" || text == "null" || text == "Null" || text == "NULL" ? "" : text)
}

function fold(blank,  breaks) {
  if (blank == 0) return " "
  while (blank-- > 0) breaks = breaks "\n"
  return breaks
}

function quoted(path, text, outer,  end, blank) {
  while ((end = quote_end(text)) == 0) {
    for (blank = 0; at <= count && lines[at] ~ /^[ \t]*$/; at++) blank++
    if (at > count) give_up("a quotation mark without its partner")
    text = trim_end(text) fold(blank) trim(lines[at++])
  }
  if (substr(text, end + 1) !~ /^[ \t]*(#.*)?$/) {
    at--
    give_up("text behind a quotation")
  }
  emit(path, unquote(substr(text, 1, end)))
}

function trim_end(text) {
  sub(/[ \t]+$/, "", text)
  return text
}

# Where the quotation at the start of the text ends; 0 when it does not.
function quote_end(text,  mark, position, char) {
  mark = substr(text, 1, 1)
  # The common case: nothing within is escaped.
  position = index(substr(text, 2), mark) + 1
  if (position == 1) return 0
  if (substr(text, 1, position + 1) !~ /\\|''$/) return position
  for (position = 2; position <= length(text); position++) {
    char = substr(text, position, 1)
    if (mark == "\"" && char == "\\") position++
    else if (char == mark) {
      if (mark == "'" && substr(text, position + 1, 1) == "'") position++
      else return position
    }
  }
  return 0
}

function unquote(text,  mark, inside) {
  mark = substr(text, 1, 1)
  if (mark != "\"" && mark != "'") return text
  inside = substr(text, 2, length(text) - 2)
  if (mark == "\"") return unescape(inside)
  gsub(/''/, "'", inside)
  return inside
}

function unescape(text,  done, char, digits, position) {
  while ((position = index(text, "\\")) > 0) {
    done = done substr(text, 1, position - 1)
    char = substr(text, position + 1, 1)
    text = substr(text, position + 2)
    digits = char == "x" ? 2 : char == "u" ? 4 : char == "U" ? 8 : 0
    if (digits > 0) {
      done = done utf8(hexadecimal(substr(text, 1, digits)))
      text = substr(text, digits + 1)
    } else if (char in ESCAPES) {
      done = done ESCAPES[char]
    } else {
      at--
      give_up("the escape \\" char)
    }
  }
  return done text
}

function hexadecimal(text,  number, i) {
  for (i = 1; i <= length(text); i++) {
    number = number * 16 + index("0123456789abcdef", tolower(substr(text, i, 1))) - 1
  }
  return number
}

function utf8(code) {
  if (code < 128) return sprintf("%c", code)
  if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
  if (code < 65536) {
    return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
  }
  return sprintf("%c%c%c%c", 240 + int(code / 262144), 128 + int(code / 4096) % 64,
    128 + int(code / 64) % 64, 128 + code % 64)
}

BEGIN {
  ESCAPES["n"] = "\n"; ESCAPES["t"] = "\t"; ESCAPES["r"] = "\r"; ESCAPES["\\"] = "\\"
  ESCAPES["\""] = "\""; ESCAPES["/"] = "/"; ESCAPES[" "] = " "; ESCAPES["a"] = "\a"
  ESCAPES["N"] = utf8(133); ESCAPES["_"] = utf8(160); ESCAPES["L"] = utf8(8232)
  ESCAPES["P"] = utf8(8233); ESCAPES["b"] = "\b"; ESCAPES["f"] = "\f"; ESCAPES["v"] = "\v"; ESCAPES["e"] = sprintf("%c", 27)
}

# `|` keeps line breaks, `>` folds them; `-` drops those at the end, `+` keeps them all.
function block_scalar(path, header, outer,  style, chomp, indent, i, line, text, breaks, body, more) {
  sub(/[ \t]+#.*$/, "", header)
  if (header !~ /^[|>]([-+]?[1-9]?|[1-9][-+])$/) {
    at--
    give_up("the block header " header)
  }
  style = substr(header, 1, 1)
  chomp = header ~ /-/ ? "-" : header ~ /\+/ ? "+" : ""
  if (match(header, /[1-9]/)) indent = (outer < 0 ? 0 : outer) + substr(header, RSTART, 1)
  else {
    # That of the first line with text; where there is none, that of the longest.
    indent = outer + 1
    for (i = at; i <= count && lines[i] ~ /^ *$/; i++) {
      if (length(lines[i]) > indent) indent = length(lines[i])
    }
    if (i <= count && indent_of(lines[i]) > outer) indent = indent_of(lines[i])
  }
  breaks = ""
  while (at <= count && (lines[at] ~ /^ *$/ || indent_of(lines[at]) >= indent)) {
    if (outer < 0 && is_document_end(lines[at])) break
    line = substr(lines[at++], indent + 1)
    if (line == "") {
      breaks = breaks "\n"
      continue
    }
    if (style == ">" && body != "" && !more && line !~ /^[ \t]/) {
      # One break is a space; of several, the first vanishes.
      text = text (breaks == "\n" ? " " : substr(breaks, 2)) line
    } else {
      text = text breaks line
    }
    more = line ~ /^[ \t]/
    body = "seen"
    breaks = "\n"
  }
  if (chomp == "") text = text (body != "" ? "\n" : "")
  else if (chomp == "+") text = text breaks
  emit(path, text)
}

# --- flow collections ----------------------------------------------------------------------------

# Reads on until every bracket is closed, then takes the text apart.
function flow(path, text, outer) {
  flow_text = flow_mark = ""
  flow_depth = 0
  flow_add(text)
  while (flow_mark != "" || flow_depth > 0) {
    if (at > count) {
      at--
      give_up("a bracket without its partner")
    }
    flow_add(trim(lines[at++]))
  }
  flow_at = 1
  flow_value(path)
  if (substr(flow_text, flow_at) !~ /^[ \t]*$/) {
    at--
    give_up("text behind a closing bracket")
  }
}

# Adds a line without its comment, and notes which brackets and which quotation it leaves open.
function flow_add(text,  position, char) {
  for (position = 1; next_mark(text, position); position++) {
    position += RSTART - 1
    char = substr(text, position, 1)
    if (flow_mark != "") {
      if (flow_mark == "\"" && char == "\\") position++
      else if (char == flow_mark) flow_mark = ""
    } else if (char == "\"" || char == "'") flow_mark = char
    else if (char == "[" || char == "{") flow_depth++
    else if (char == "]" || char == "}") flow_depth--
    else if (char == "#" && (position == 1 || substr(text, position - 1, 1) ~ /[ \t]/)) {
      text = substr(text, 1, position - 1)
    }
  }
  flow_text = flow_text (flow_text == "" ? "" : " ") text
}

# RSTART is where, from `position` on, the next character stands that flow_add() is to look at.
function next_mark(text, position) {
  return match(substr(text, position), /[][{}"'#]|\\/)
}

# The next character that is not a blank.
function flow_char(  char) {
  while ((char = substr(flow_text, flow_at, 1)) == " " || char == "\t") flow_at++
  return char
}

function flow_fail() {
  at--
  give_up("the flow collection at \"" substr(flow_text, flow_at, 20) "\"")
}

function flow_value(path,  char) {
  char = flow_char()
  if (char == "[") flow_sequence(path)
  else if (char == "{") flow_mapping(path)
  else flow_scalar_value(path)
}

function flow_scalar_value(path,  is_quoted, text) {
  is_quoted = flow_char() ~ /["']/
  if (flow_char() ~ /[&*!]/) flow_fail()
  text = flow_scalar("[],{}")
  if (is_quoted) emit(path, text)
  else emit_plain(path, text)
}

# A scalar up to one of the characters `ends`, or to a colon before a space.
function flow_scalar(ends,  rest, size, char) {
  rest = substr(flow_text, flow_at)
  if (rest ~ /^["']/) {
    size = quote_end(rest)
    flow_at += size
    return unquote(substr(rest, 1, size))
  }
  for (size = 0; size < length(rest); size++) {
    char = substr(rest, size + 1, 1)
    if (index(ends, char) > 0) break
    if (char == ":" && index(" \t,[]{}", substr(rest, size + 2, 1)) > 0) break
  }
  flow_at += size
  return trim(substr(rest, 1, size))
}

function flow_sequence(path,  number) {
  flow_at++
  while (flow_char() != "]") {
    flow_value(below(path, number + 0))
    number++
    if (flow_char() == ",") flow_at++
    else if (flow_char() != "]") flow_fail()
  }
  flow_at++
}

function flow_mapping(path,  name) {
  flow_at++
  while (flow_char() != "}") {
    name = flow_scalar(",[]{}")
    if (flow_char() == ":") {
      flow_at++
      if (index(",}", flow_char()) > 0) emit(below(path, name), "")
      else flow_value(below(path, name))
    } else {
      emit(below(path, name), "")
    }
    if (flow_char() == ",") flow_at++
    else if (flow_char() != "}") flow_fail()
  }
  flow_at++
}

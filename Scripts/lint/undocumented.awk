# Prints declarations that cross a target and have no documentation; swift-format looks at public
# ones only.

# What a protocol asks for is documented in the protocol.
function isWitness(name) {
  if (name ~ /^(description|hash|==|<|init\((integer|string)Literal)$/) return 1
  if (FILENAME ~ /GraphIR\/(Ops\/|Text\/Fused)/)
    return name ~ /^(mnemonics?|attributes|op|resultTypes|convolutions|printed|parse)$/ ||
      name ~ /^(mapDimensions|init\((\)|_ mnemonic))$/
  if (FILENAME ~ /Importers\/.*(Fault|Format)\.swift/) return name == "explanation"
  if (FILENAME ~ /GraphIR\/Passes\//) return name ~ /^(name|run|rewrite|init\(\))$/
  if (FILENAME ~ /Sources\/RescancCommands\//)
    return name ~ /^(configuration|validate|run|init\(\)|init\(argument|defaultValueDescription)$/
  if (FILENAME ~ /Inspection\/Formats\//) return name ~ /^(name|showsAllForms|write)$/
  return 0
}

function parentheses(text) { return gsub(/\(/, "", text) - gsub(/\)/, "", text) }

# `add` of `package func add(_ a: …)`; of initialisers with the label of the first argument.
function declaredName(line) {
  if (match(line, / init[?]?(<[^>]*>)?\((\)|(_ )?[a-zA-Z]*)/)) {
    line = substr(line, RSTART + 1, RLENGTH - 1)
    sub(/^[^(]*/, "init", line)
    return line
  }
  sub(/^.* (func|let|var|struct|enum|class|protocol|typealias) /, "", line)
  sub(/[ (:].*$/, "", line)
  return line
}

FNR == 1 { documented = 0; open = 0 }

# An attribute stands between documentation and declaration, over one line or several. The help of
# a command's option is its documentation.
open > 0 || (/^ *@[A-Za-z]/ && !/ (package|public) /) {
  open += parentheses($0)
  if ($0 ~ /help: /) documented = 1
  next
}

/^ *(@[a-z]+ )*([a-z]+(\(set\))? )*(package|public) / && !/ import / && !documented {
  if (!isWitness(declaredName($0))) print FILENAME ":" FNR ": " $0
}

{ documented = ($0 ~ /^ *\/\/\//) }

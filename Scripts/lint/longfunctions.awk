# Prints functions of over 60 lines; swift-format has made the closing brace stand below the head.

FNR == 1 { inside = 0 }

!inside && /^ *([a-z@]+(\([a-z]+\))? )*(func|init|subscript)[ (?<]/ && !/\}$/ {
  inside = 1
  start = FNR
  match($0, /^ */)
  indentation = RLENGTH
  next
}

inside && /^ *\}/ {
  match($0, /^ */)
  if (RLENGTH > indentation) next
  if (FNR - start + 1 > 60) print FILENAME ":" start ": " FNR - start + 1 " lines"
  inside = 0
}

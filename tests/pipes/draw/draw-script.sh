#!/bin/bash
# Scripts: errors with file and line, unknown names, limits, the sandbox, and the names that docs/drawing.md lists.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
draw() { sl-draw "$@" --size 64x48; }
refused() {  # STATUS PATTERN SCRIPT OPTION...
  local status=$1 pattern=$2
  printf '%s\n' "$3" > bad.lua
  shift 3
  expect_status "$status" draw bad.lua "$@" 2> bad.err > bad.slw
  one_line bad.err "^sl-draw: $pattern"
}
in_draw() { printf 'function draw(canvas, ctx)\n  %s\nend' "$1"; }

refused 65 'bad.lua:2: .*expected near' 'function draw('
refused 65 'bad.lua: it sets no function draw' 'x = 1'
refused 65 'bad.lua:2: attempt to' "$(in_draw 'local x = nil + 1')"
refused 65 'bad.lua:2: skia.Canvas has no drawCircel: the nearest name is drawCircle' "$(in_draw 'canvas:drawCircel(1, 2, 3)')"
refused 65 'bad.lua:2: skia.Paint has no setColour: the nearest name is setColor' "$(in_draw 'skia.Paint():setColour(1)')"
refused 65 'bad.lua:2: skia has no Pant: the nearest name is Paint' "$(in_draw 'skia.Pant()')"
refused 65 "bad.lua:2: bad argument #3 to 'drawCircle'" "$(in_draw 'canvas:drawCircle(1, 2, nil, skia.Paint())')"
refused 65 'bad.lua:2: .*is not finite' "$(in_draw 'canvas:translate(0/0, 1)')"
refused 65 'bad.lua:2: no picture is named logo' "$(in_draw 'canvas:drawImage("logo", 0, 0)')"
expect_status 66 draw missing.lua 2> missing.err > bad.slw
one_line missing.err 'sl-draw: missing.lua: No such file'

# Limits: endless loops are stopped with their line, also inside pcall and in functions of the library.
refused 78 'bad.lua:2: stopped after 1 million steps' "$(in_draw 'while true do end')" --script-steps 1M
refused 78 'bad.lua:2: stopped after 1 million steps' "$(in_draw 'while true do pcall(function() while true do end end) end')" --script-steps 1M
refused 78 'bad.lua:1: stopped after 1 million steps' 'while true do end' --script-steps 1M
refused 78 'bad.lua:2: stopped, because it takes too long' "$(in_draw 'while true do end')" --script-time 0.2 --script-steps 1000G
refused 78 'bad.lua:2: stopped in a function' "$(in_draw 'string.find(string.rep("a", 3e4), ".-.-.-.-.-b")')" --script-time 0.2
refused 78 'bad.lua:2: more than 8 MiB' "$(in_draw 'local s = string.rep("x", 1e9)')" --script-memory 8M
refused 78 'bad.lua:1: more than 8 MiB' 'local t = {}; for i = 1, 1e7 do t[i] = {i} end' --script-memory 8M
refused 65 'bad.lua:1: stack overflow' 'local function f() return 1 + f() end f()'
refused 78 'bad.lua:2: more than 100,000 drawing calls' "$(in_draw 'for i = 1, 1e6 do canvas:drawColor(i) end')"

# What is not there.
for name in io os package debug require load loadfile dofile loadstring coroutine collectgarbage; do
  printf 'assert(%s == nil)\nfunction draw() end\n' $name > name.lua
  draw name.lua > name.slw || fail "$name is there"
done
refused 65 'bad.lua:1: finalizers' 'setmetatable({}, {__gc = function() while true do end end})'
refused 65 'bad.lua: attempt to load a binary chunk' "$(printf '\033Lua')"
printf 'assert(string.dump == nil)\nfunction draw() end\n' > dump.lua
draw dump.lua > dump.slw

# The failure reaches the end of the pipe.
printf 'function draw() error("no") end\n' > fails.lua
photo 64 48 x.png
expect_status 79 bash -o pipefail -c 'sl-draw fails.lua x.png | sl-encode -o out.png' 2> pipe.err
grep -q 'sl-encode: sl-draw.*: fails.lua:1: no' pipe.err || fail 'the cause is lost'
absent out.png

# The document and the program have the same names.
/usr/bin/python3 - "$SL_SOURCE/docs/drawing.md" > names.lua << 'PY'
import re, sys
rows = re.findall(r"^\| `(skia[.\w]*)` \| (`.*`) \|$", open(sys.argv[1]).read(), re.MULTILINE)
assert len(rows) > 15, rows
print("local known = {")
for table, names in rows:
    print(f'  [{table!r}] = {{{", ".join(f"[{n!r}] = true" for n in re.findall("`(.*?)`", names))}}},')
print("}")
print("""
-- Classes whose objects come from functions of other tables, and have no names of their own.
local without_names = {Shader = true, PathEffect = true, ImageFilter = true}
for title, names in pairs(known) do
  local where = title == "skia" and skia or skia[title:sub(6)]
  for name in pairs(names) do assert(where[name] ~= nil, title .. "." .. name .. " is not in the program") end
  for name in pairs(where) do
    local is_table = title == "skia" and (known["skia." .. name] or without_names[name])
    assert(names[name] or is_table, title .. "." .. name .. " is not in docs/drawing.md")
  end
end
function draw() end
""")
PY
draw names.lua > names.slw

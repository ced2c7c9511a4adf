#!/bin/bash
# Neighbours hand strips over. Nothing in what is stored or relayed shows it, and pipes end as they do without it.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
export SL_HOPS=0  # from the first strip on
pattern() { sl-pattern --anonymous --size 640x360 --frames 20 "$@"; }
invert() { sl-invert --anonymous "$@"; }
yuv() { sl-encode -o "$1"; }
# handed_over LOG SIDE: the stage said so of its input or output.
handed_over() { grep -q "$2: [1-9][0-9]* strips* handed over" "$1" || fail "$1: $2 was not handed over"; }
copied() { grep -q "$2: copied ($3)" "$1" || fail "$1: $2 was not copied because \"$3\""; }
# same_but_end A B: the streams are equal up to their last END, which has times of the run.
same_but_end() { cmp -n $(($(stat -c %s "$1") - 1500)) "$1" "$2" || fail "$1 and $2 differ"; }

SL_HOPS=off pattern > source.slw
SL_HOPS=off invert source.slw > plain.slw
SL_HOPS=off invert -v source.slw 2> off.err | cat > off.slw
copied off.err output "SL_HOPS is off"
SL_HOPS=off pattern | SL_HOPS=off invert | SL_HOPS=off yuv plain.y4m

# Who hands over, and that the pixels are the same.
pattern | invert -v 2> a.err | invert -v 2> b.err | yuv all.y4m
cmp -s all.y4m plain.y4m && fail "twice inverted is once inverted"
for log in a b; do handed_over $log.err input; handed_over $log.err output; done
pattern | invert | yuv on.y4m
cmp on.y4m plain.y4m || fail "handed over: other pixels"
for from in 3 7 30; do
  pattern | SL_HOPS=$from invert -v 2> from.err | yuv from.y4m
  handed_over from.err output
  cmp from.y4m plain.y4m || fail "from strip $from on: other pixels"
done

# A stage that only passes samples on attaches when its reader has; before a reader of bytes it splices.
(
  unset SL_HOPS
  pattern | sl-tap --quiet -v 2> passed.err | sl-tap --quiet -v 2> passed2.err | invert | yuv passed.y4m
  cmp passed.y4m plain.y4m || fail "passed on: other pixels"
  for log in passed passed2; do handed_over $log.err input; handed_over $log.err output; done
  pattern | sl-tap --quiet -v 2> spliced.err | cat > spliced.slw
  copied spliced.err input "this stage looks at no samples, and passes bytes on"
)

# Stored and relayed bytes hold no SLOT.
pattern | invert > file.slw
pattern | invert -v 2> cat.err | cat > cat.slw
pattern | invert | tee tee.slw > tee2.slw
for stored in file cat tee tee2 off; do same_but_end plain.slw $stored.slw; done
copied cat.err output "the reader has not attached"
mkfifo fifo
pattern > fifo & invert -v fifo 2> fifo.err > fifo.slw
wait $!
handed_over fifo.err input
same_but_end plain.slw fifo.slw
invert -v <(pattern) 2> substitution.err > substitution.slw
handed_over substitution.err input
same_but_end plain.slw substitution.slw
pattern | tee >(invert > one.slw) | invert > other.slw
sleep 0.3
same_but_end plain.slw one.slw
same_but_end plain.slw other.slw
sl-join <(pattern) <(pattern) | invert | sl-track 1 | yuv join.y4m 2> /dev/null || fail "two inputs"

# A late reader, writers in turn, and a subshell that keeps the pipe open.
pattern | (sleep 0.3; invert -v 2> late.err | yuv late.y4m)
handed_over late.err input
cmp late.y4m plain.y4m || fail "a late reader"
(pattern; pattern) | invert -v 2> turns.err > turns.slw
grep -q 'input: 40 strips handed over' turns.err || fail "not the first writer alone"
pattern | invert | head -c 1000000 > /dev/null
[ "${PIPESTATUS[*]}" = "141 141 0" ] || fail "a reader that leaves"
statuses=none
pattern --frames 200 | (head -c 100 > /dev/null; invert > second.slw 2> second.err) || statuses="${PIPESTATUS[*]}"
[ "$statuses" = "141 65" ] || fail "a second reader: $statuses"
one_line second.err 'no known format'
pattern --frames 2000 | { sl-invert <&0 > /dev/null & sleep 0.1; kill -KILL $! || true; wait $! || true; cat > /dev/null; } 2> /dev/null
[ "${PIPESTATUS[0]}" = 0 ] || fail "a dead reader, and a pipe that is still open"
(ulimit -f 1000; pattern) | invert -v 2> limit.err | yuv limit.y4m || fail "a limit of the size of files"
copied limit.err input "the writer offers no slots"
cmp limit.y4m plain.y4m || fail "a limit of the size of files: other pixels"

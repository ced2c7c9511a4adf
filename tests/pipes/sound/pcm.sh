#!/bin/bash
# Samples of sound alone, in and out.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
sl-pattern --duration 1s --sound click --size 64x48 | sl-track audio > s.slw
sl-encode -o a.wav s.slw
sl-encode -o a.pcm s.slw 2> pcm.err
grep -q "left out: format, channels and rate of track .*, which sl-decode --pcm .* reads" pcm.err || fail "what reads it"
shape=$(sed -n 's/.*--pcm \([^ ]*\) reads.*/\1/p' pcm.err)
sl-decode --pcm "$shape" a.pcm | sl-encode -o b.wav
sl-decode a.wav | sl-encode -q .pcm | cmp - a.pcm || fail "a pipe"
cat a.pcm | sl-decode --pcm "$shape" | sl-encode -q .pcm | cmp - a.pcm || fail "there and back"
cmp a.wav b.wav || fail "WAV of both"
# All formats, widened without loss.
"$SL_PYTHON" - << 'END'
import subprocess
import numpy
rng = numpy.random.default_rng(1)
for name, bits in (("s8", 8), ("u8", 8), ("s16", 16), ("u16", 16), ("s24", 24), ("u24", 24), ("s32", 32), ("f32", 32), ("f64", 64)):
    for order in (("",) if bits == 8 else ("le", "be")):
        if name[0] == "f":
            values = rng.uniform(-1, 1, 3000).astype(f"f{bits // 8}")
            stored = values.astype((">" if order == "be" else "<") + f"f{bits // 8}").tobytes()
            wanted = values.astype("<f4").tobytes()
        else:
            values = rng.integers(-2 ** (bits - 1), 2 ** (bits - 1), 3000)
            offset = 2 ** (bits - 1) if name[0] == "u" else 0
            stored = b"".join(int((v + offset) % 2 ** bits).to_bytes(bits // 8, "big" if order == "be" else "little") for v in values)
            made = 8 if name == "u8" else 16 if bits <= 16 else 32
            wanted = (values + 128).astype("u1").tobytes() if made == 8 else (values << (made - bits)).astype(f"<i{made // 8}").tobytes()
        shape = f"{name}{order}:3:44100"
        wire = subprocess.run(["sl-decode", "--pcm", shape], input=stored, capture_output=True, check=True).stdout
        assert wanted[:2048] in wire and wanted[-500:] in wire, shape
END
# Mistakes.
printf 12345 | expect_status 65 sl-decode --pcm s16le:2:48000 2> cut.err > none.slw
one_line cut.err "PCM: ends in sample 2, after 1 of its 4 bytes"
for wrong in s16le s16le:2 s17le:2:48000 s16le:0:48000 s16le:2:0; do
  expect_status 64 sl-decode --pcm "$wrong" a.pcm 2> wrong.err > none.slw
  one_line wrong.err "pcm: "
done
expect_status 64 sl-decode --pcm s16le:2:48000 --raw 1x1:gray a.pcm 2> both.err > none.slw
one_line both.err "exclude each other"

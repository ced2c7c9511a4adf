#!/bin/bash
# sl-loopback with the kernel's virtual output, in a virtual machine (tests/vivid): a virtual camera shows what it writes.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
mkdir work
cp "$SL_SOURCE/tests/vivid/loopback-guest.sh" work/guest.sh
cp "$SL_SOURCE/tests/pipes/support/lib.bash" work
sl-pattern --frames 1 --size 64x48 > work/film.slw
status=0
"$SL_SOURCE/tests/vivid/vm" "$SL_BUILD" work 150 n_devs=1 node_types=0x101 multiplanar=1 || status=$?
[ $status != 77 ] || exit 77
cat work/guest.out work/guest.err
[ $status = 0 ] || fail "status $status in the virtual machine"
"$SL_PYTHON" - <<'END' || fail "the camera shows something else"
import numpy
# #c04020 by BT.601: Y 95, Cb 98, Cr 188. The output's own size is 1280x720, so vivid scales: the edges are left out.
yuyv = numpy.fromfile("work/YUYV-yuyv422.raw", "u1").reshape(-1, 320, 2)[:, 100:200]
assert abs(yuyv[:, :, 0].astype(int) - 95).max() <= 2, yuyv
assert abs(yuyv[:, 0::2, 1].astype(int) - 98).max() <= 2 and abs(yuyv[:, 1::2, 1].astype(int) - 188).max() <= 2, yuyv
planar = numpy.fromfile("work/YU12-yuv420p.raw", "u1")
u, v = planar[-28800:-14400], planar[-14400:]
assert abs(u.astype(int) - 98).max() <= 2 and abs(v.astype(int) - 188).max() <= 2, (u, v)
END

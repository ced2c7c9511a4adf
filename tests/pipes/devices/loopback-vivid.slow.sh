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
"$SL_PYTHON" - <<'END' 2>&1 || fail "the camera shows something else"
import numpy
# #c04020 by BT.709, as pictures of this size have it: Y 92, Cb 101, Cr 186.
def is_near(samples, value):
    return abs(samples.astype(int) - value).max() <= 2
yuyv = numpy.fromfile("work/YUYV-yuyv422.raw", "u1").reshape(720, 640, 4)
assert is_near(yuyv[:, :, 0::2], 92) and is_near(yuyv[:, :, 1], 101) and is_near(yuyv[:, :, 3], 186), yuyv[::90, ::80]
planes = numpy.fromfile("work/YU12-yuv420p.raw", "u1")
y, u, v = planes[:921600], planes[921600:1152000], planes[1152000:]
assert is_near(y, 92) and is_near(u, 101) and is_near(v, 186), (y, u, v)
END

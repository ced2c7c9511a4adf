#!/bin/bash
# sl-webcam with the kernel's virtual cameras, in a virtual machine (tests/vivid): formats, colour, times, numbers,
# drops, errors, a camera that is unplugged and comes back.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
mkdir work
cp "$SL_SOURCE/tests/vivid/guest.sh" "$SL_SOURCE/tests/pipes/support/lib.bash" work
status=0
"$SL_SOURCE/tests/vivid/vm" "$SL_BUILD" work 280 n_devs=2 node_types=0x101,0x1 multiplanar=1,2 || status=$?
[ $status != 77 ] || exit 77
cat work/guest.out work/guest.err
[ $status = 0 ] || fail "status $status in the virtual machine"
"$SL_PYTHON" "$SL_SOURCE/tests/vivid/check.py" work

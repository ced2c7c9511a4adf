#!/bin/bash
# sl-loopback without a device: each failure names it.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
sl-pattern --frames 1 --size 64x48 > film.slw
expect_status 66 sl-loopback /dev/null film.slw 2> null.err
one_line null.err "/dev/null: no video device"
expect_status 66 sl-loopback 4711 film.slw 2> absent.err
one_line absent.err "/dev/video4711: No such file"
expect_status 64 sl-loopback 2> usage.err < film.slw

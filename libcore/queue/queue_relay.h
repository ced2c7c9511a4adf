// Two threads: one reads a stream into a queue, the other sends it.

#pragma once

#include "libcore/queue/stream_queue.h"

namespace sl {

// Return after the input has ended and everything is sent. After an interrupt, drop the frames of a live stream that
// cannot be sent in time, so that END can. Rethrow the exception of either side, after sending as much as possible.
void relay(Reader& in, Writer& out, StreamQueue& queue);

}  // namespace sl

// One thread that reads a stream into a queue, and one that sends it on.

#pragma once

#include "libcore/queue/stream_queue.h"

namespace sl {

// Until the input ends and all that waits is sent. After an interrupt what cannot be sent in time is dropped from a
// live stream, so that its END goes on. Throws what either side threw, after what waits was sent where that can be.
void relay(Reader& in, Writer& out, StreamQueue& queue);

}  // namespace sl

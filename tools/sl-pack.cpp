// sl-pack: the same stream in fewer bytes, for a slow line to another machine.

#include "libcore/packing/pack_stream.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/writer.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-pack", "Pack pictures, film and sound in fewer bytes, without loss.");
  tool.example("ssh edge 'sl-webcam | sl-pack' | sl-display", "a camera over a slow line");
  tool.example("sl-decode in.jpg | sl-pack > in.slw; sl-invert in.slw -o negative.png");
  tool.describe(
      "The next stage that needs samples starts sl-decode, which unpacks them: nothing has to be said there. Samples, "
      "times, numbers and metadata come out as they went in, in every pixel format, floats and alpha too. Film is packed "
      "to about a quarter, film with much noise to a half, drawings to a fiftieth of its bytes, at some 200 frames of "
      "1080p a second on one core. Rows leave before their frame is whole. Tracks that are compressed already pass "
      "unchanged.");
  tool.accept_compressed();
  return tool.run(argc, argv, [](sl::Reader& in, sl::Writer& out) {
    out.describe("packs without loss");
    sl::pack_streams(in, out);
  });
}

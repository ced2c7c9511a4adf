// The description of sl-pack, and checks of its options.

#include "formats/commands/pack.h"

#include <utility>

#include "libcore/base/error.h"

namespace sl {

PackCommand::PackCommand() {
  tool.example("ssh edge 'sl-webcam | sl-pack' | sl-display", "a camera over a slow line");
  tool.example("sl-decode in.jpg | sl-pack > in.slw; sl-invert in.slw -o negative.png");
  tool.example("ssh edge 'sl-webcam | sl-pack visual --bitrate 4M' | sl-display", "over a thin one, with loss");
  tool.describe(
      "The next stage that needs samples starts sl-decode, which unpacks them: nothing has to be said there. Times, "
      "numbers and metadata of pictures come out as they went in. Tracks that are compressed already pass unchanged.");
  tool.describe(
      "lossless: samples come out as they went in, in every pixel format, floats and alpha too, and sound. Film is "
      "packed to about a quarter, film with much noise to a half, drawings to a fiftieth of its bytes, at some 200 frames "
      "of 1080p a second on one core. Rows leave before their frame is whole.");
  tool.describe(
      "visual: film becomes H.264 (x264, zerolatency, with intra refresh and a buffer of a quarter of a second), a still "
      "of 8 bits and full range JPEG, sound Opus. 4:2:0, 4:2:2 and 4:4:4 stay, and so do 10 bits, range and HDR; RGB "
      "becomes 4:4:4, and so does chroma of half the samples of an odd size. Alpha, floats and more than 10 bits are "
      "refused without --flatten. STAGE names what was done.");
  tool.argument("MODE", word_, "lossless or visual; by default lossless", false);
  tool.option("--flatten", flatten, "visual: lay transparent pixels over --background, and round samples to 10 bits");
  tool.option("--background", background, "COLOR", "visual: what is behind transparent pixels (by default white)");
  tool.option("--crf", crf, "N", "visual: quality of film; lower is better (default 20)");
  tool.option("--bitrate", bitrate, "N", "visual: bits per second of film at most, as 4M; by default 0.15 a pixel");
  tool.check([this] { check(); });
}

void PackCommand::check() {
  if (word_ == "visual") {
    mode = Mode::Visual;
  } else if (!word_.empty() && word_ != "lossless") {
    if (tool.input() != "-") bad_value("MODE", word_, "is not lossless or visual");
    tool.set_input(std::exchange(word_, {}));
  }
  if (mode == Mode::Lossless) {
    const std::string given = flatten            ? "--flatten"
                              : background       ? "--background"
                              : !crf.empty()     ? "--crf"
                              : !bitrate.empty() ? "--bitrate"
                                                 : "";
    if (!given.empty()) throw Error(Status::Usage, given + " is an option of sl-pack visual");
    tool.accept_compressed();
  } else {
    tool.accept_packets();
  }
  if (checked) checked();
}

}  // namespace sl

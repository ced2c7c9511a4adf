// One track reduced to the frames that a choice asks for, each with the TRACK and attachments it came under.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "libcore/frames/frame_selection.h"
#include "libcore/frames/held_track.h"

namespace sl {

class ChosenTrack {
 public:
  // The track has been announced to the reader. Throws Data for packets of pictures, unless key frames are chosen.
  ChosenTrack(Reader& in, Writer& out, std::uint16_t number, const FrameChoice& choice);

  // The records of this track, as the reader gives them, and its END. Throw Usage for missing frames, Limit if
  // too many frames would be kept.
  void on_record(const wire::Header& record);
  void at_end();

 private:
  void on_frame(const Frame& frame);
  void on_samples(const wire::Header& record);
  [[nodiscard]] Frame numbered(Frame frame);
  void send(const KeptFrame& kept);

  Reader& in_;
  std::uint16_t number_;
  FrameSelection selection_;
  HeldTrack held_;
  std::optional<KeptFrame> last_;          // streaming: may be sent when the next one comes
  std::map<std::size_t, KeptFrame> kept_;  // otherwise: by index
  std::uint64_t kept_bytes_ = 0, next_number_ = 0;
  std::size_t count_ = 0;
};

}  // namespace sl

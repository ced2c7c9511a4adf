// Passing a stream on, storing it, and repeating the stored one.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "libcore/bytes/replay_store.h"
#include "libcore/media/attachment.h"
#include "libcore/media/stream_span.h"
#include "libcore/media/track.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl::loop {

class LoopStage {
 public:
  std::int64_t times = 2;  // 0: for ever
  ReplayStore store;

  void run(Reader& in, Writer& out);

 private:
  struct InForce {
    std::optional<Track> track;  // none for the whole stream
    std::vector<Attachment> attachments;
  };
  using State = std::map<std::uint16_t, InForce>;

  static State state_of(const Reader& in);
  void note_frame(const Reader& in, std::uint16_t number);
  void restore();
  void check_endless(const Reader& in) const;
  void stop(Reader& in, const wire::Header& end);
  bool replay();
  void send(Reader& in, const wire::Header& record, bool header, std::uint64_t pass);

  Writer* out_ = nullptr;
  StreamSpan span_;
  bool seen_frame_ = false;
  State header_, now_;  // before the first frame, and at the end
};

}  // namespace sl::loop

// The last stretch of a stream, kept in memory and written as a stream of its own when it is asked for.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "libcore/frames/stream_window.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl::replay {

class ReplayStage {
 public:
  std::int64_t length = 0;  // ns
  bool at_end = false;      // write one at the end of the input too

  void run(Reader& in, Writer& out);

 private:
  void take(const wire::Header& record);
  void note_key(const HeldFrame& frame);
  void drop_old();
  void make_room(const wire::Header& record);
  void drop_first();
  void write();
  [[nodiscard]] bool is_shown(const HeldFrame& frame);

  Reader* in_ = nullptr;
  Writer* out_ = nullptr;
  std::optional<StreamWindow> window_;
  bool is_short_ = false;  // memory does not hold the length
  std::uint64_t written_ = 0;
  std::map<std::uint16_t, std::deque<std::int64_t>> keys_;  // times of key frames of pictures in packets
  std::map<std::uint16_t, std::int64_t> first_keys_;        // of the replay that is written
};

}  // namespace sl::replay

// A second output: pictures that are sent while the stage writes its own, which they never hold up if they are live.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "libcore/bytes/target.h"
#include "libcore/frames/frame_window.h"
#include "libcore/wire/writer.h"

namespace sl {

class Error;
struct SandboxPlan;

class Preview {
 public:
  // Open a file, a FIFO, for which it waits for a reader, or a descriptor (a number). Call it before the sandbox.
  // Throw CannotCreate, NotPermitted.
  Preview(const std::string& place, SandboxPlan& plan);
  ~Preview();
  Preview(const Preview&) = delete;
  Preview& operator=(const Preview&) = delete;

  // Send a picture with the times and attachments of `picture`, and samples that `make` sets, strip by strip, in the
  // format of track `as`. A live one is dropped while the reader has not taken the one before; others wait for that. If
  // the reader has gone, do nothing.
  void send(const HeldPicture& picture, const Track& as, const std::function<void(const Strip& rows)>& make);
  // End the stream that has begun.
  void end();
  // Send CLOSE, and give a file its name.
  void close();
  // Send ABORT.
  void fail(const Error& error);

 private:
  enum class Wait : std::uint8_t { No, Briefly, Yes };
  [[nodiscard]] bool is_idle(Wait wait);
  void hand_over();
  void write_out(const std::stop_token& stop);
  [[nodiscard]] bool write_all(std::span<const std::byte> bytes, const std::stop_token& stop) const;

  int fd_ = -1;  // of a pipe, or -1
  std::optional<Target> target_;
  std::optional<Writer> writer_;
  std::optional<PictureWriter> pictures_;
  bool is_live_ = false;
  std::optional<std::uint64_t> first_dropped_;
  std::uint64_t last_dropped_ = 0, count_dropped_ = 0;

  std::vector<std::byte> made_;  // records that are not handed over yet
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::byte> waiting_;  // what the thread writes
  bool is_gone_ = false;            // the reader
  std::jthread thread_;             // begun with the first bytes, as it must not be there before the sandbox
};

}  // namespace sl

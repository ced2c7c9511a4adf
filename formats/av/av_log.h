// FFmpeg's messages, kept instead of printed: some facts are in them only.

#pragma once

#include <atomic>
#include <cstdarg>
#include <cstdint>
#include <mutex>
#include <string>

namespace sl::av {

// FFmpeg has one log for all contexts and threads of a process, so the process has one object: `ffmpeg_log()`.
class AvLog {
 public:
  // Receive FFmpeg's messages from now on. Call before any other function of FFmpeg.
  void capture();

  // How often decoders reported that they conceal errors. Frames do not carry this: a decoder with threads emits them
  // before their slices are done.
  [[nodiscard]] std::uint64_t concealments() const { return concealments_; }
  // How many segments of playlists FFmpeg skipped, because it could not open them or they expired before they were
  // read. It reports this in no other way.
  [[nodiscard]] std::uint64_t skipped_segments() const { return skipped_segments_; }
  // Return the last error line with the name of its context, and forget it; empty if none.
  [[nodiscard]] std::string take_last_error();
  // Return all error lines since the last call, joined by "; ", about 400 bytes at most: a faulty filter graph takes
  // several, for the option, the filter and the graph.
  [[nodiscard]] std::string take_errors();
  void forget();

 private:
  friend AvLog& ffmpeg_log();
  AvLog() = default;
  static void receive(void* context, int level, const char* format, va_list arguments);
  void count(const char* format, va_list arguments);
  void keep(void* context, int level, const char* format, va_list arguments);
  void gather(const char* format, va_list arguments);

  std::atomic<std::uint64_t> concealments_{0}, skipped_segments_{0};
  std::mutex lock_;
  std::string last_error_, errors_;
  bool line_ended_ = true;  // in errors_
};

[[nodiscard]] AvLog& ffmpeg_log();

}  // namespace sl::av

// Reading of FFmpeg's log.

#include "formats/av/av_log.h"

extern "C" {
#include <libavutil/log.h>
}

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <string_view>
#include <utility>

namespace sl::av {

namespace {

constexpr std::size_t max_errors = 400;

template <std::size_t size>
std::array<char, size> formatted(const char* format, va_list arguments) {
  std::array<char, size> text{};
  va_list copy;
  va_copy(copy, arguments);
  std::vsnprintf(text.data(), text.size(), format, copy);
  va_end(copy);
  return text;
}

}  // namespace

AvLog& ffmpeg_log() {
  static AvLog log;
  return log;
}

void AvLog::capture() {
  av_log_set_level(AV_LOG_ERROR);
  av_log_set_callback(receive);
}

void AvLog::receive(void* context, int level, const char* format, va_list arguments) {
  AvLog& log = ffmpeg_log();
  log.count(format, arguments);
  if (level > AV_LOG_ERROR) return;
  log.gather(format, arguments);
  log.keep(context, level, format, arguments);
}

void AvLog::count(const char* format, va_list arguments) {
  const std::string_view message = format;
  if (message.starts_with("concealing")) ++concealments_;
  if (message.starts_with("Failed to open ")) ++skipped_segments_;
  if (message.starts_with("skipping ") && message.find("segments ahead") != message.npos) {
    // "skipping %PRId64 segments ahead, expired from playlists"
    const auto text = formatted<128>(format, arguments);
    std::uint64_t segments = 0;
    std::from_chars(text.data() + std::string_view("skipping ").size(), text.data() + text.size(), segments);
    skipped_segments_ += std::max<std::uint64_t>(segments, 1);
  }
}

void AvLog::keep(void* context, int level, const char* format, va_list arguments) {
  std::array<char, 512> line{};
  int prefix = 0;
  av_log_format_line2(context, level, format, arguments, line.data(), static_cast<int>(line.size()), &prefix);
  std::string text = line.data();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const std::size_t address = text.find(" @ 0x");  // "[h264 @ 0x55…] message": the address means nothing to users
  if (address != std::string::npos) {
    const std::size_t bracket = text.find(']', address);
    if (bracket != std::string::npos) text.erase(address, bracket - address);
  }
  if (text.empty()) return;
  const std::lock_guard hold(lock_);
  last_error_ = std::move(text);
}

void AvLog::gather(const char* format, va_list arguments) {
  std::string text = formatted<300>(format, arguments).data();
  const bool ends = text.ends_with('\n');
  while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
  const std::lock_guard hold(lock_);
  const bool same_line = !std::exchange(line_ended_, ends);
  if (text.empty() || errors_.size() > max_errors || errors_.find(text) != std::string::npos) return;
  errors_ += (errors_.empty() || same_line ? "" : "; ") + text;
}

std::string AvLog::take_last_error() {
  const std::lock_guard hold(lock_);
  return std::exchange(last_error_, {});
}

std::string AvLog::take_errors() {
  const std::lock_guard hold(lock_);
  return std::exchange(errors_, {});
}

void AvLog::forget() {
  const std::lock_guard hold(lock_);
  last_error_.clear();
  errors_.clear();
}

}  // namespace sl::av

// AVIOContexts over requests to sl-fetch.

#include "formats/av/read/references.h"
#include "libcore/base/url.h"
#include "libcore/bytes/remote.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "formats/av/read/aes_reader.h"
#include "formats/hls/dash_manifest.h"
#include "formats/hls/reading.h"
#include "libcore/base/error.h"
#include "libcore/stage/options.h"
#include "libcore/stage/tool.h"

namespace sl::av {

namespace {

// FFmpeg's demuxers find the final URL of a context in an option of this name in its child.
struct Location {
  const AVClass* type;
  char* text;
  Reference* owner;
};
const std::array<AVOption, 2> location_options{
    AVOption{"location", "", offsetof(Location, text), AV_OPT_TYPE_STRING, {.str = nullptr}, 0, 0, 0, nullptr},
    AVOption{}};
const AVClass location_class = [] {
  AVClass type{};
  type.class_name = "location";
  type.item_name = av_default_item_name;
  type.option = location_options.data();
  type.version = LIBAVUTIL_VERSION_INT;
  return type;
}();

std::uint64_t number_option(const AVDictionary* options, const char* name) {
  const AVDictionaryEntry* entry = av_dict_get(options, name, nullptr, 0);
  std::uint64_t value = 0;
  if (entry != nullptr) std::from_chars(entry->value, entry->value + std::strlen(entry->value), value);
  return value;
}

std::string text_option(const AVDictionary* options, const char* name) {
  const AVDictionaryEntry* entry = av_dict_get(options, name, nullptr, 0);
  return entry == nullptr ? "" : entry->value;
}

// FFmpeg's HLS demuxer marks encrypted references so, with the key among the options.
std::string without_crypto(const std::string& reference) {
  for (const std::string_view prefix : {"crypto+", "crypto:"}) {
    if (reference.starts_with(prefix)) return reference.substr(prefix.size());
  }
  return reference;
}

void* child_of(void* object, void* previous) {
  return previous == nullptr ? static_cast<AVIOContext*>(object)->opaque : nullptr;
}
const AVClass io_class = [] {
  AVClass type{};
  type.class_name = "reference";
  type.item_name = av_default_item_name;
  type.version = LIBAVUTIL_VERSION_INT;
  type.child_next = child_of;
  return type;
}();

}  // namespace

class Reference {
 public:
  // A reference that sl-fetch opens.
  Reference(References& owner, const std::string& name, const std::string& url, const AVDictionary* options)
      : owner_(owner) {
    if (is_url(url)) {  // a path is seeked instead
      position_ = number_option(options, "offset");
      stop_ = number_option(options, "end_offset");
    }
    remote_.emplace(owner.socket_, name, owner.next_++, url, position_, stop_, [this] { wait(); });
    place_ = remote_->place();
    location_ = {&location_class, place_.data(), this};
  }
  // A playlist in memory, whose references are relative to `place`.
  Reference(References& owner, std::string text, std::string place)
      : owner_(owner), place_(std::move(place)), text_(std::move(text)), is_playlist_(true) {
    location_ = {&location_class, place_.data(), this};
  }
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;
  ~Reference() {
    free_io(io_);
    try {
      if (remote_) remote_->close();
    } catch (const Error&) {
      // The next request reports it.
    }
  }

  // Read all of it, if it begins as a playlist.
  void read_playlist(const std::string& name) {
    std::array<std::byte, 8> start{};
    const std::size_t count = read_content(start);
    text_.assign(reinterpret_cast<const char*>(start.data()), count);
    if (!looks_like_hls(text_)) return;
    for (std::array<std::byte, 16384> more; const std::size_t got = read_content(more);) {
      text_.append(reinterpret_cast<const char*>(more.data()), got);
      if (text_.size() > max_playlist_bytes) {
        throw Error(Status::Limit,
                    name + ": is a playlist of more than " + std::to_string(max_playlist_bytes) + " bytes");
      }
    }
    is_playlist_ = true;
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  void show(std::string text) { text_ = std::move(text); }
  [[nodiscard]] const std::string& place() const { return place_; }
  [[nodiscard]] bool is_playlist() const { return is_playlist_; }
  void decrypt(const std::string& name, const std::string& key, const std::string& iv) {
    decryption_.emplace(name, key, iv, [this](std::span<std::byte> into) { return read_content(into); });
  }

  AVIOContext* context() {
    io_ = new_io(&location_, read, nullptr, decryption_ ? nullptr : seek);
    io_->av_class = &io_class;
    return io_;
  }

  void count(std::uint64_t& requests, std::uint64_t& fetched) {
    if (remote_) remote_->count(requests, fetched);
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t reads() const { return reads_; }

 private:
  static Reference& self(void* location) { return *static_cast<Location*>(location)->owner; }

  void wait() { owner_.source_.wait_for(owner_.socket_); }

  std::size_t read_content(std::span<std::byte> into) {
    if (stop_ != 0) into = into.first(std::min<std::size_t>(into.size(), stop_ - std::min(stop_, position_)));
    const std::size_t count = into.empty() ? 0 : remote_->read(position_, into, [this] { wait(); });
    position_ += count;
    bytes_ += count;
    ++reads_;
    return count;
  }

  std::size_t read_some(std::span<std::byte> into) {
    if (text_position_ < text_.size()) {
      const std::size_t count = std::min(into.size(), text_.size() - text_position_);
      std::memcpy(into.data(), text_.data() + text_position_, count);
      text_position_ += count;
      return count;
    }
    if (is_playlist_) return 0;
    return decryption_ ? decryption_->read(into) : read_content(into);
  }

  static int read(void* location, std::uint8_t* into, int size) {
    Reference& reference = self(location);
    if (reference.owner_.failed()) return AVERROR(EIO);
    try {
      const std::size_t count =
          reference.read_some({reinterpret_cast<std::byte*>(into), static_cast<std::size_t>(size)});
      return count == 0 ? AVERROR_EOF : static_cast<int>(count);
    } catch (...) {
      reference.owner_.fail(std::current_exception());
      return AVERROR(EIO);
    }
  }

  static std::int64_t seek(void* location, std::int64_t offset, int whence) {
    Reference& reference = self(location);
    if (reference.is_playlist_) return AVERROR(ENOSYS);
    const auto size = reference.remote_->size();
    if ((whence & AVSEEK_SIZE) != 0) return size ? static_cast<std::int64_t>(*size) : AVERROR(ENOSYS);
    if ((whence & ~AVSEEK_FORCE) != SEEK_SET || offset < 0 || !reference.remote_->can_seek()) return AVERROR(ENOSYS);
    reference.text_position_ = reference.text_.size();
    reference.position_ = static_cast<std::uint64_t>(offset);
    return offset;
  }

  References& owner_;
  std::optional<Remote> remote_;
  AVIOContext* io_ = nullptr;
  std::string place_;
  Location location_{};
  std::uint64_t position_ = 0, stop_ = 0, bytes_ = 0, reads_ = 0;
  std::string text_;  // read to recognise a playlist
  std::size_t text_position_ = 0;
  bool is_playlist_ = false;
  std::optional<AesReader> decryption_;
};

References::References(const FetchOptions& options, const std::string& path, Source& source)
    : source_(source), patience_(options.timeout) {
  if (source.is_remote()) {
    socket_ = fcntl(source.fd(), F_DUPFD_CLOEXEC, 3);
    if (socket_ < 0) throw system_error(Status::Resources, "a descriptor");
    base_ = Remote(socket_, source.name()).place();
    return;
  }
  base_ = path == "-" ? "./-" : path;
  const auto head = source.peek(4096);
  const std::string_view start(reinterpret_cast<const char*>(head.data()), std::min<std::size_t>(head.size(), 4096));
  if (options.allowed.empty() || (!looks_like_hls(start) && !looks_like_dash(start))) return;
  Fetcher fetcher = start_fetcher("", options);
  fetcher_ = std::move(fetcher.process);
  socket_ = fetcher.socket;
}

References::~References() {
  open_.clear();
  if (socket_ >= 0) ::close(socket_);
}

AVIOContext* References::open(const std::string& reference, const AVDictionary* options) {
  const std::string key = text_option(options, "key"), url = key.empty() ? reference : without_crypto(reference);
  const std::string name = source_.name() + ": " + printable(without_secrets(url), 300);
  if (has_foreign_scheme(url) && !own_.contains(url)) throw Error(Status::NotPermitted, name + ": is not opened");
  if (!can_open()) {
    throw Error(Status::NotPermitted, name + ": is not opened without --allow " + needed_allowance("", url));
  }
  if (const auto here = own_.find(reference); here != own_.end()) {
    whole_.try_emplace(url, Whole{here->second, base_});
    check_playlist(url, here->second, source_.name());
  }
  std::unique_ptr<Reference> opened;
  if (const auto known = whole_.find(url); known != whole_.end()) {
    const auto& [text, place] = known->second;
    opened = std::make_unique<Reference>(*this, shown(text), place);
    playlists_[url].used = true;
  } else {
    opened = std::make_unique<Reference>(*this, name, url, options);
    if (!key.empty()) {
      opened->decrypt(name, key, text_option(options, "iv"));
    } else {
      opened->read_playlist(name);
      if (opened->is_playlist()) check_playlist(url, opened->text(), name);
      const HlsPlaylist list(opened->is_playlist() ? opened->text() : "");
      if (list.ended && !list.is_master) whole_[url] = {opened->text(), opened->place()};
      if (opened->is_playlist() && !list.is_master) opened->show(shown(opened->text()));
    }
  }
  AVIOContext* const io = opened->context();
  open_[io] = std::move(opened);
  return io;
}

void References::close(AVIOContext* io) {
  const auto found = open_.find(io);
  if (found == open_.end()) return;
  Source::Counters others;
  others.reads = found->second->reads();
  others.bytes = found->second->bytes();
  if (fetcher_) {  // the source counts its own fetcher
    std::uint64_t requests = requests_, fetched = fetched_;
    found->second->count(requests, fetched);
    others.requests = requests - std::exchange(requests_, requests);
    others.fetched = fetched - std::exchange(fetched_, fetched);
  }
  source_.also_read(others);
  open_.erase(found);
}

void References::check() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void References::check_playlist(const std::string& url, std::string_view text, const std::string& name) {
  const HlsPlaylist playlist(text);
  for (const std::string& reference : playlist.references) {
    if (has_foreign_scheme(reference)) {
      throw Error(Status::NotPermitted, name + ": refers to " + printable(reference, 300) + ", which is not opened");
    }
  }
  if (!playlist.unknown_encryption.empty()) {
    throw Error(Status::Data,
                name + ": is encrypted by " + printable(playlist.unknown_encryption, 60) + ", which is not known here");
  }
  if (playlist.is_master) return;
  if (playlist.ended) periods_ = std::max(periods_, count_periods(text));
  const auto now = std::chrono::steady_clock::now();
  const std::size_t hash = std::hash<std::string_view>()(text);
  State& state = playlists_[url];
  if (state.hash != hash) state.changed = now;
  state.continues = !playlist.ended;
  state.used = true;
  state.hash = hash;
  // Some servers write late, and a segment may be longer than the timeout.
  const auto longest = std::max<std::chrono::duration<double>>(
      patience_, std::chrono::duration<double>(std::min(3 * playlist.target_seconds, 1e6)));
  if (state.continues && now - state.changed > longest) {
    const auto silence = std::chrono::duration_cast<std::chrono::seconds>(now - state.changed);
    throw Error(Status::Unavailable,
                name + ": is live, and has not changed for " + std::to_string(silence.count()) + " s");
  }
}

bool References::next_period() {
  if (!period_ || *period_ + 1 >= periods_) return false;
  ++*period_;
  return true;
}

std::string References::shown(const std::string& text) const {
  const bool has_ended = HlsPlaylist(text).ended;
  if (has_ended && start_ > 0) return mark_gaps(from_time(text, start_));
  return mark_gaps(has_ended && period_ ? period_of(text, *period_) : text);
}

bool References::any_continues() const {
  return std::ranges::any_of(playlists_, [](const auto& list) { return list.second.continues; });
}

bool References::have_ended() const {
  const auto is_used = [](const auto& list) { return list.second.used; };
  return std::ranges::any_of(playlists_, is_used) &&
         std::ranges::none_of(playlists_, [](const auto& list) { return list.second.used && list.second.continues; });
}

void References::forget_unused() {
  for (auto& [url, state] : playlists_) state.used = false;
}

}  // namespace sl::av

// Reading a playlist, and opening its references for FFmpeg.

#include "formats/av/read/playlist.h"

#include <algorithm>

#include "formats/hls/dash_manifest.h"
#include "formats/hls/reading.h"
#include "libcore/base/report.h"
#include "libcore/base/url.h"

namespace sl::av {

Playlist::Playlist(Source& source, References& references, Settings settings)
    : source_(source), references_(references), settings_(settings) {
  const auto bytes = source.peek(max_playlist_bytes);
  if (bytes.size() >= max_playlist_bytes) {
    throw Error(Status::Limit,
                source.name() + ": is a playlist of more than " + std::to_string(max_playlist_bytes) + " bytes");
  }
  whole_.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  is_dash_ = looks_like_dash(std::string_view(whole_).substr(0, 4096));
  const std::string first = first_reference();
  if (!references_.can_open() && !first.empty()) {
    const std::string needed = needed_allowance(references_.base(), first);
    throw Error(Status::NotPermitted, source.name() + ": is a playlist (" + (is_dash_ ? "dash" : "hls") +
                                          "): " + printable(first, 300) + " is not opened without --allow " +
                                          printable(needed, 300));
  }
  if (!settings_.all_variants) whole_ = best_variant(whole_);
  if (settings_.by_periods) references_.begin_periods();
  shown_ = HlsPlaylist(whole_).is_master ? whole_ : references_.shown(whole_);
  source_of_text_.emplace(Source::memory(std::as_bytes(std::span(shown_)), source.name()));
}

// Check the playlist, and make HLS of DASH.
std::string Playlist::first_reference() {
  if (is_dash_) {
    try {
      // FFmpeg resolves paths against the manifest's folder.
      const std::string& base = references_.base();
      DashAsHls lists = hls_of_dash(whole_, is_url(base) ? base : base.substr(base.rfind('/') + 1));
      whole_ = std::move(lists.master);
      std::string first = HlsPlaylist(lists.playlists.begin()->second).references.front();
      references_.set_own(std::move(lists.playlists));
      return first;
    } catch (const Error& error) {
      throw Error(error.status(), source_.name() + ": " + error.what());
    }
  }
  references_.check_playlist(references_.base(), whole_, source_.name());
  const HlsPlaylist playlist(whole_);
  return playlist.references.empty() ? "" : playlist.references.front();
}

void Playlist::add_options(AVDictionary*& options) {
  // sl-fetch decides what may be opened, and not by suffixes.
  for (const char* list : {"allowed_extensions", "allowed_segment_extensions"}) av_dict_set(&options, list, "ALL", 0);
  for (const char* off : {"extension_picky", "http_persistent", "http_multiple"}) av_dict_set(&options, off, "0", 0);
  // The user and the server decide when a playlist that stops changing has ended.
  for (const char* tries : {"m3u8_hold_counters", "max_reload"}) av_dict_set(&options, tries, "2147483647", 0);
}

void Playlist::opened(const AVFormatContext& context) {
  is_live_ = references_.any_continues();
  if (context.start_time != AV_NOPTS_VALUE) first_seconds_ = static_cast<double>(context.start_time) / AV_TIME_BASE;
}

double Playlist::offset_of(std::int64_t ts, AVRational base) const {
  return std::max(static_cast<double>(ts) * av_q2d(base) - first_seconds_, 0.0);
}

void Playlist::start_at(double seconds) {
  references_.start_at(seconds);
  shown_ = HlsPlaylist(whole_).is_master ? whole_ : references_.shown(whole_);
  *source_of_text_ = Source::memory(std::as_bytes(std::span(shown_)), source_.name());
}

int Playlist::open_reference(const char* url, const AVDictionary* options, AVIOContext*& io) {
  if (references_.failed()) return AVERROR(EIO);
  if (std::string_view(url).ends_with(gap_reference)) {
    ++gaps_;
    return AVERROR(ENOENT);
  }
  try {
    io = references_.open(url, options);
    return 0;
  } catch (const Error& error) {
    const bool missing = error.status() == Status::NoInput;
    if (missing && !references_.is_playlist(url) && may_skip()) {
      if (settings_.salvage) warn(error.what());
      return AVERROR(ENOENT);
    }
    // The input itself exists; a part of it is missing.
    const Error kept = missing ? Error(Status::Data, error.what()) : error;
    references_.fail(std::make_exception_ptr(kept));
  } catch (...) {
    references_.fail(std::current_exception());
  }
  return AVERROR(EIO);
}

void Playlist::check() {
  missing_ = std::max(missing_, ffmpeg_log().skipped_segments() - skipped_before_);
  if (missing_ > gaps_ && !may_skip()) {
    throw Error(Status::Data, source_.name() + ": segments of it cannot be opened, or expired before they were read");
  }
}

}  // namespace sl::av

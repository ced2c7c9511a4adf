// The command line that sl-hls shares with its helper.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "formats/commands/encode.h"
#include "formats/hls/playlist.h"
#include "libcore/base/time_text.h"
#include "libcore/net/folder_server.h"
#include "libcore/stage/tool.h"

namespace sl {

struct HlsCommand {
  HlsCommand();

  Tool tool;
  std::string folder, mirror;  // a URL, or empty
  bool transport_stream = false, low_latency = false, stays_open = false;
  std::int64_t window = 0;  // 0: not given
  FilmOptions film;
  FolderServerOptions server;  // without an address, no server

  // Of the ladder. `name` begins the names of its files; size 0x0 is the input's.
  struct Rung {
    std::uint32_t width = 0, height = 0;
    std::string bitrate, name = "video";
  };
  // After read():
  std::vector<Rung> rungs;  // one at least
  bool any_kind = true;     // the input decides: a window for live tracks, else a film on demand
  hls::Kind kind = hls::Kind::Vod;
  std::int64_t segment_ns = 0, part_ns = 0;
  [[nodiscard]] const FilmContainer& container() const;
  // The encoding options of one rung, with this codec for pictures if none is requested.
  [[nodiscard]] FilmOptions film_of(const Rung& rung, const std::string& codec) const;

  // Call in the tool's check. Throws Usage.
  void read();

 private:
  void read_kind();
  void read_rungs();

  Seconds segment_duration_{2, 1}, part_duration_{2, 10};
  bool event_ = false, vod_ = false;
  std::vector<std::string> renditions_;
};

}  // namespace sl

// The master playlist of sl-hls: when to write it, and its variants and sound renditions.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "formats/av/hls/hls_segmenter.h"
#include "formats/hls/folder.h"
#include "formats/hls/playlist.h"
#include "formats/hls/rendition.h"
#include "libcore/media/track.h"

namespace sl::av {

// A rendition of the current period.
struct HlsOutput {
  std::unique_ptr<HlsSegmenter> segmenter;
  bool sound = false;
  Track track;
};
using HlsOutputs = std::vector<HlsOutput>;  // pictures first

// Return the word for VIDEO-RANGE (8216bis, 4.4.6.2) of a transfer function: "PQ", "HLG", or "" for SDR.
[[nodiscard]] std::string video_range(int transfer);

class HlsMaster {
 public:
  // All outlive it.
  HlsMaster(const FilmContainer& container, const hls::Rules& rules, hls::Folder& folder)
      : container_(container), rules_(rules), folder_(folder) {}

  // Write the playlist once all renditions are listed, and again when a peak bit rate grows or at the end (`last`). Of
  // a film on demand: at the end only. The first time, retire the renditions of earlier runs.
  void write(const HlsOutputs& outputs, bool last);
  [[nodiscard]] bool is_written() const { return !written_.empty(); }

 private:
  struct Sound {
    hls::Rendition::Rate rate;  // the highest of all sound renditions
    std::string codecs;
  };
  [[nodiscard]] bool update_rates(const HlsOutputs& outputs, bool last);
  [[nodiscard]] const hls::Rendition::Rate& rate_of(const HlsOutput& output) const;
  [[nodiscard]] Sound add_sound(hls::MasterPlaylist& master, const HlsOutputs& outputs) const;
  [[nodiscard]] hls::Variant variant_of(const HlsOutput& output, const Sound& sound) const;

  const FilmContainer& container_;
  const hls::Rules& rules_;
  hls::Folder& folder_;
  std::string written_;
  bool retired_ = false;
  std::map<std::string, hls::Rendition::Rate> rates_;  // as announced, by rendition
};

}  // namespace sl::av

// Subtitles drawn by libass.

#pragma once

#include <ass/ass.h>

#include <memory>
#include <string>
#include <vector>

#include "formats/release.h"
#include "libcore/media/track.h"
#include "subtitle_text.h"
#include "tools/canvas/canvas.h"
#include "tools/canvas/owned.h"

namespace sl::subtitles {

class SubtitleRenderer {
 public:
  // Load the fonts. Call it before the sandbox. `style` has fields of styles, "FontName=Sans,FontSize=24", that hold
  // for all. Throw Resources, or Usage.
  explicit SubtitleRenderer(const std::string& style);

  // A font that a film brings along.
  void add_font(const std::string& name, std::string_view font);
  // A file's content, or the start of a track: the header of ASS, or "" for plain text. Throw Data.
  void set(const SubtitleFile& file, const std::string& name);
  void begin(const std::string& header);
  // Add an event; of ASS in Matroska's form, "ReadOrder,Layer,Style,...".
  void add(const Event& event);
  void add_chunk(std::int64_t start, std::int64_t duration, std::string chunk);

  // Record what is shown at a time, on pictures of the track.
  void draw(drawing::Canvas& canvas, const Track& track, std::int64_t ms);
  [[nodiscard]] const std::vector<drawing::Surface>& surfaces() const { return surfaces_; }

 private:
  void compose(const ASS_Image* images);

  std::unique_ptr<ASS_Library, Release<ass_library_done>> library_;
  std::unique_ptr<ASS_Renderer, Release<ass_renderer_done>> renderer_;
  std::unique_ptr<ASS_Track, Release<ass_free_track>> track_;
  std::vector<drawing::Surface> surfaces_;  // two in turn, so that a new picture is another one
  std::size_t shown_ = 0;
  drawing::Area place_;  // of the picture; empty: nothing is shown
  int events_ = 0;
};

}  // namespace sl::subtitles

// Facts of a whole film on their way into a container: tags, chapters and covers, from attachments of the stream.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "formats/av/cover.h"
#include "formats/av/encode/container_facts.h"
#include "libcore/wire/chapters.h"

namespace sl::av {

class WholeFilm {
 public:
  // Read the attachments. Throw Wire, Data or Limit if they are broken.
  WholeFilm(const ContainerFacts& container, const std::vector<Attachment>& attachments);

  [[nodiscard]] bool has_tags() const { return !tags_.empty(); }
  // Set tags and chapters, and add a stream for each cover. Call it after all other streams were added.
  void describe(AVFormatContext& format, LostFacts& lost);
  // Write the covers that are packets. Call it after the header.
  void write_covers(AVFormatContext& format) const;

 private:
  void set_tags(AVFormatContext& format, LostFacts& lost) const;
  void take_title(AVFormatContext& format, LostFacts& lost) const;
  void set_chapters(AVFormatContext& format) const;
  void comment_chapters(AVFormatContext& format) const;
  void add_cover(AVFormatContext& format, const Cover& cover, LostFacts& lost);

  const ContainerFacts& container_;
  std::vector<std::pair<std::string, std::string>> tags_;
  std::vector<Chapter> chapters_;
  std::vector<Cover> covers_;
  std::vector<std::pair<int, const Cover*>> streams_;  // of covers that are packets
};

}  // namespace sl::av

// TIFF in: pages in the order of their directories, each in rows of its strips or tiles.
//
// The source seeks; from a pipe it is spooled, and bytes are only waited for if they are needed, so the strips of a
// file whose directory comes first leave as they arrive.

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "formats/picture.h"
#include "formats/tiff/bands.h"
#include "formats/tiff/metadata.h"
#include "formats/tiff/tiff.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl::tiff {

namespace {

enum Tag : std::uint16_t { NewSubfileType = 254, OldSubfileType = 255, SubDirectories = 330 };
constexpr std::uint64_t reduced_bit = 1, mask_bit = 4;  // in NewSubfileType
constexpr std::size_t max_pages = 65536;

enum class Role : std::uint8_t { Page, Reduced, Mask };

class TiffDecoder final : public Decoder {
 public:
  explicit TiffDecoder(const DecodeContext& context)
      : context_(context),
        start_(context.source.position()),
        wanted_(static_cast<std::uint64_t>(context.options.integer("page"))),
        level_(static_cast<std::size_t>(context.options.integer("level"))),
        structure_(context.source, start_),
        store_(context.source, start_),
        file_(store_, "rmh", context.source.name()) {
    if (!context_.warn) context_.warn = [](const std::string&) {};
    following_ = structure_.first();
    if (following_ == 0) fail("no directory");
    do {
      if (!find_page())
        fail("no page " + std::to_string(std::max<std::uint64_t>(wanted_, 1)) + " in " + std::to_string(number_));
    } while (number_ < wanted_);
  }

  Picture header() override {
    std::uint64_t directory = place_;
    FileDirectory tags = page_tags_;
    if (level_ != 0) directory = find_level(tags);
    file_.check(TIFFSetSubDirectory(file_.get(), directory) != 0, in_page());
    page_ = read_page(file_, context_.source.name());
    // What libtiff warns of in directories are unknown tags and values of other types than usual.
    (void)file_.take_warnings();
    if (!page_.converted.empty())
      context_.warn("TIFF: " + page_.converted + in_page() + ": converted to " + std::string(page_.track.pixels->name));
    if (const int others = page_.samples - page_.colour_samples() - (page_.alpha >= 0 ? 1 : 0);
        others > 0 && page_.colours != Colours::Rendered) {
      context_.left_out(std::to_string(others) + (others == 1 ? " extra sample" : " extra samples") + " of a pixel",
                        "only one that is alpha is read");
    }
    Picture picture{.track = page_.track, .attachments = read_metadata(structure_, page_tags_, context_.left_out)};
    const bool has_own_space =
        page_.colours == Colours::Cmyk || page_.colours == Colours::Lab || page_.colours == Colours::IccLab;
    if (has_own_space && std::erase_if(picture.attachments, [](const Attachment& a) { return a.name == "icc"; }) != 0) {
      context_.left_out("the colour profile",
                        "it is of " + page_.converted + ", which was converted to RGB without it");
    }
    picture.track.rest = description();
    bands_.emplace(context_.source, start_, file_, page_, directory, context_.salvage);
    band_ = {};
    given_ = 0;
    begun_ = false;
    damaged_ = false;
    return picture;
  }

  std::optional<Frame> next_frame() override {
    if (std::exchange(begun_, true)) {
      bands_.reset();
      return std::nullopt;
    }
    Frame frame;
    frame.pts = 0;
    return frame;
  }

  Strip read_rows(std::uint32_t at_most) override {
    if (given_ == band_.first + band_.rows) {
      bands_->reuse(std::exchange(band_, {}));
      band_ = bands_->next();
      report();
    }
    const std::uint32_t skip = given_ - band_.first, rows = std::min(std::max(at_most, 1u), band_.rows - skip);
    const auto bytes = static_cast<std::size_t>(row_bytes(*page_.track.pixels, 0, page_.width));
    Strip strip = packed_strip(*page_.track.pixels, page_.width, rows, band_.pixels.data() + skip * bytes);
    strip.first = given_;
    strip.damaged = !band_.damage.empty();
    given_ += rows;
    strip.last = given_ == page_.height;
    return strip;
  }

  bool next_page() override {
    if (wanted_ == 0 && find_page()) return true;
    end();
    return false;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(Status::Data, context_.source.name() + ": TIFF: " + what);
  }

  [[nodiscard]] std::string in_page() const { return number_ > 1 ? " in page " + std::to_string(number_) : ""; }

  void report() {
    if (!band_.damage.empty() && !std::exchange(damaged_, true)) {
      context_.warn("TIFF: " + band_.damage + in_page() + "; such strips are black");
    }
    for (const std::string& warning : band_.warnings) {
      if (warning.starts_with("deprecated")) continue;  // old-style JPEG
      if (!context_.salvage && !is_fax()) fail(warning + " at row " + std::to_string(band_.first) + in_page());
      if (!std::exchange(damaged_, true)) context_.warn("TIFF: " + warning + in_page());
      band_.damage = warning;
    }
  }

  // Facsimiles come over lines without correction: their files keep bad rows, which every reader shows.
  [[nodiscard]] bool is_fax() const {
    return page_.compression >= COMPRESSION_CCITTRLE && page_.compression <= COMPRESSION_CCITTFAX4;
  }

  // ---- Pages ----

  // Go to the next directory of the chain that is a page. Masks are reported.
  bool find_page() {
    while (following_ != 0) {
      place_ = following_;
      if (!seen_.insert(place_).second) {
        context_.warn("TIFF: the pages form a ring: page " + std::to_string(number_) + " is the last one");
        following_ = 0;
        return false;
      }
      auto directory = structure_.directory(place_);
      if (!directory)
        return stop("no directory at byte " + std::to_string(place_) + " after " + std::to_string(number_) + " pages");
      if (seen_.size() > max_pages) fail("over " + std::to_string(max_pages) + " pages");
      page_tags_ = std::move(*directory);
      following_ = page_tags_.next;
      const Role role = role_of(page_tags_);
      if (role == Role::Mask) context_.left_out("a transparency mask", "it is a page of its own");
      if (role == Role::Page || seen_.size() == 1) {
        ++number_;
        return true;
      }
    }
    return false;
  }

  bool stop(const std::string& what) {
    if (!context_.salvage || number_ == 0) fail(what);
    context_.warn("TIFF: " + what);
    following_ = 0;
    return false;
  }

  Role role_of(const FileDirectory& directory) {
    const std::uint64_t kind = structure_.number(directory, NewSubfileType).value_or(0);
    if ((kind & mask_bit) != 0) return Role::Mask;
    const bool reduced = (kind & reduced_bit) != 0 || structure_.number(directory, OldSubfileType) == 2;
    return reduced ? Role::Reduced : Role::Page;
  }

  // Return the directory of the level: smaller copies follow their page, or hang below it (Adobe's SubIFDs). Leave its
  // tags in `tags`.
  std::uint64_t find_level(FileDirectory& tags) {
    std::vector<std::uint64_t> levels;
    const auto below = std::ranges::find(tags.entries, SubDirectories, &FileEntry::tag);
    if (below != tags.entries.end()) levels = structure_.numbers(*below);
    std::erase_if(levels, [&](std::uint64_t at) {
      const auto directory = structure_.directory(at, true);
      return !directory || role_of(*directory) != Role::Reduced;
    });
    for (std::uint64_t at = following_; levels.size() < level_ && at != 0;) {
      const auto directory = structure_.directory(at);
      if (!directory || role_of(*directory) != Role::Reduced) break;
      levels.push_back(at);
      at = directory->next;
    }
    if (levels.size() < level_) {
      throw Error(Status::Usage, context_.source.name() + ": TIFF: there is no level " + std::to_string(level_) +
                                     in_page() + ", only " + std::to_string(levels.size()) +
                                     (levels.size() == 1 ? " smaller copy" : " smaller copies"));
    }
    tags = *structure_.directory(levels[level_ - 1], true);
    return levels[level_ - 1];
  }

  // Leave the source after the last byte of the file that its directories name, where another picture may follow; if
  // only one page was asked for, at the end of the source.
  void end() {
    Source& source = context_.source;
    if (wanted_ == 0) {
      for (const std::uint64_t place : seen_) {
        if (const auto directory = structure_.directory(place)) structure_.count_samples(*directory);
      }
      const std::uint64_t end = structure_.end();
      // Writers fill up to an even number of bytes.
      source.seek(start_ + end);
      const auto next = source.peek(1);
      if (end % 2 != 0 && !next.empty() && next[0] == std::byte{0}) source.consume(1);
      return;
    }
    if (const auto size = source.size()) return source.seek(*size);
    (void)source.skip(~std::uint64_t{0});
  }

  // Count the pages of a file. Their chain may be broken, or lead back into itself.
  [[nodiscard]] std::uint64_t count_pages() const {
    FileStructure structure(context_.source, start_);
    std::set<std::uint64_t> seen;
    for (std::uint64_t at = structure.first(); at != 0 && !seen.contains(at);) {
      const auto directory = structure.directory(at);
      if (!directory) break;
      seen.insert(at);
      at = directory->next;
    }
    return seen.size();
  }

  [[nodiscard]] std::string description() const {
    Json meta{{"format", structure_.is_big_tiff() ? "BigTIFF" : "TIFF"},
              {"compression", compression_name(page_.compression)}};
    const bool predicts = page_.compression == COMPRESSION_LZW || page_.compression == COMPRESSION_ADOBE_DEFLATE ||
                          page_.compression == COMPRESSION_DEFLATE || page_.compression == COMPRESSION_ZSTD ||
                          page_.compression == COMPRESSION_LZMA;
    const std::uint16_t predictor = predicts ? file_.value<std::uint16_t>(TIFFTAG_PREDICTOR, 1) : 1;
    if (predictor != 1) meta["predictor"] = predictor == 2 ? "horizontal" : "floating point";
    meta[page_.tiled ? "tiles" : "strips"] =
        page_.tiled ? std::to_string(page_.tile_width) + "x" + std::to_string(page_.band_rows)
                    : std::to_string(page_.band_rows) + " rows";
    if (page_.planar) meta["planes"] = page_.samples;
    if (structure_.big_endian()) meta["byte_order"] = "big-endian";
    if (!page_.converted.empty()) meta["converted_from"] = page_.converted;
    if (number_ > 1 || page_tags_.next != 0) meta["page"] = number_;
    const bool is_first_of_all = number_ == 1 && wanted_ == 0 && page_tags_.next != 0;
    if (is_first_of_all && context_.source.can_seek() && !context_.source.is_remote()) meta["pages"] = count_pages();
    return write_json(Json{{"meta", meta}});
  }

  DecodeContext context_;
  std::uint64_t start_;
  std::uint64_t wanted_;  // page, 0 for all
  std::size_t level_;
  FileStructure structure_;
  SourceStore store_;
  File file_;
  std::set<std::uint64_t> seen_;             // directories of the chain
  std::uint64_t place_ = 0, following_ = 0;  // of this page and the next directory
  std::uint64_t number_ = 0;                 // of this page, from 1
  FileDirectory page_tags_;
  Page page_;
  std::optional<BandReader> bands_;
  Band band_;
  std::uint32_t given_ = 0;
  bool begun_ = false, damaged_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<TiffDecoder>(context); }

}  // namespace sl::tiff

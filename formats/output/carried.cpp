// One thing after another: colour, EXIF, XMP, IPTC, texts, density, and what no still format holds.

#include "formats/output/carried.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "formats/metadata/exif_fields.h"
#include "formats/metadata/orientation.h"
#include "formats/metadata/picture_metadata.h"
#include "formats/metadata/text.h"
#include "formats/metadata/xmp.h"
#include "formats/picture.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/color_names.h"
#include "libcore/pixels/color_space.h"
#include "libcore/pixels/icc.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

namespace {

constexpr std::array<std::string_view, 7> metadata_names{"icc",       "exif", "xmp",         "iptc",
                                                         "photoshop", "text", thumbnail_name};

class Carrier {
 public:
  Carrier(Picture& picture, const FormatInfo& format, const LeftOut& left_out)
      : picture_(picture),
        carries_(format.carries),
        no_place_(std::string(format.name) + " has no place for it"),
        left_out_(left_out) {}

  // ---- Colour ----

  void colour(Keep keep) {
    const bool gray = picture_.track.pixels->model == Model::Gray;
    if (const std::string* profile = find("icc")) {
      if (!profile_fits(*profile, gray)) {
        drop("icc", "the colour profile", "the picture is no longer of its kind of colours");
      } else if (!carries_.icc) {
        return drop("icc", "the colour profile", no_place_);
      } else {
        return;
      }
    }
    if (carries_.color || keep == Keep::None) return;
    const Color& color = picture_.track.color;
    constexpr int linear = 8;
    const bool usual_primaries = color.primaries == 1 || color.primaries == 2;
    if (carries_.linear_light && color.transfer == linear && usual_primaries) return;
    std::string made = icc_of(color, gray);
    if (made.empty()) return;
    if (carries_.icc) {
      picture_.attachments.push_back({"icc", std::move(made), 0});
    } else {
      left_out_("the colour, primaries " + primaries_name(color.primaries) + " and transfer function " +
                    transfer_name(color.transfer),
                no_place_ + "; it will be taken for sRGB");
    }
  }

  // ---- EXIF, XMP, IPTC ----

  void exif(const Track& came, bool orient) {
    const bool lies = came.orientation != 1 && !orient;
    if (lies && !carries_.exif) left_out_("the orientation", no_place_);
    if (came.orientation != 1 && (carries_.exif || orient)) {
      put_orientation(picture_.attachments, orient ? 1 : came.orientation);
    }
    const auto density = density_of(picture_.track);
    if (density && carries_.exif && !carries_.density && find("exif") == nullptr) {
      picture_.attachments.push_back({"exif", {}, 0});
    }
    for (Attachment& attachment : picture_.attachments) {
      if (attachment.name == "exif") {
        set_exif_size(attachment.bytes, picture_.track.width, picture_.track.height);
        if (density) set_exif_density(attachment.bytes, *density, !carries_.density);
      } else if (attachment.name == "xmp") {
        set_xmp_size(attachment.bytes, picture_.track.width, picture_.track.height);
        if (density) set_xmp_density(attachment.bytes, *density);
      }
    }
    thumbnail(came.orientation != 1 && orient);
    if (!carries_.exif) drop("exif", "EXIF", no_place_);
    if (!carries_.xmp) drop("xmp", "XMP", no_place_);
    if (!carries_.iptc) {
      drop("iptc", "IPTC", no_place_);
      drop("photoshop", "Photoshop's resources", no_place_);
    }
    if (density && !carries_.density && !carries_.exif) left_out_("the density (resolution)", no_place_);
  }

  // ---- The rest ----

  void texts() {
    if (carries_.texts) return;
    std::string lost;
    for (const auto& [keyword, text] : texts_of(picture_)) {
      if (keyword == comment_keyword && carries_.comment) continue;
      lost += (lost.empty() ? "\"" : ", \"") + printable(keyword, 80) + "\"";
    }
    if (!lost.empty()) left_out_("text " + lost, no_place_);
  }

  void shape() {
    const Rational& aspect = picture_.track.sample_aspect;
    const bool square = aspect.num <= 0 || aspect.den <= 0 || aspect.num == aspect.den;
    if (square || carries_.pixel_shape || density_of(picture_.track)) return;  // the density says it too
    left_out_("the shape of pixels, " + std::to_string(aspect.num) + ":" + std::to_string(aspect.den), no_place_);
  }

  void members(bool animation) {
    const Track& track = picture_.track;
    if (!animation && track.loop >= 0 && track.loop != 1)
      left_out_("the loop count and the times of frames", no_place_);
    const Json rest = track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
    if (rest.contains("hdr")) left_out_("HDR metadata (mastering display, light levels)", no_place_);
    if (carries_.png_hints) return;
    if (rest.contains(Json::json_pointer("/meta/significant_bits")))
      left_out_("the significant bits (sBIT)", no_place_);
    if (rest.contains(Json::json_pointer("/meta/background"))) left_out_("the background colour (bKGD)", no_place_);
    if (rest.contains(Json::json_pointer("/meta/rendering_intent")))
      left_out_("the rendering intent (sRGB)", no_place_);
  }

  void others() {
    for (const Attachment& attachment : picture_.attachments) {
      if (std::ranges::find(metadata_names, attachment.name) != metadata_names.end() || attachment.bytes.empty())
        continue;
      left_out_("attachment " + attachment.name, no_place_);
    }
  }

 private:
  [[nodiscard]] const std::string* find(std::string_view name) const {
    const auto found = std::ranges::find(picture_.attachments, name, &Attachment::name);
    return found == picture_.attachments.end() || found->bytes.empty() ? nullptr : &found->bytes;
  }

  void drop(std::string_view name, const std::string& what, const std::string& why) {
    const bool found = find(name) != nullptr;
    std::erase_if(picture_.attachments, [&](const Attachment& attachment) { return attachment.name == name; });
    if (found) left_out_(what, why);
  }

  void thumbnail(bool turned) {
    const std::string* jpeg = find(thumbnail_name);
    if (jpeg == nullptr) return;
    const auto exif = std::ranges::find(picture_.attachments, "exif", &Attachment::name);
    if (carries_.exif && (turned || !carries_.exif_thumbnail)) {
      left_out_("the thumbnail in EXIF", turned ? "the picture was turned" : no_place_);
    } else if (exif != picture_.attachments.end()) {
      put_exif_thumbnail(exif->bytes, *jpeg);
    }
    std::erase_if(picture_.attachments, [](const Attachment& attachment) { return attachment.name == thumbnail_name; });
  }

  Picture& picture_;
  const Carries& carries_;
  std::string no_place_;
  const LeftOut& left_out_;
};

// Without a report: the user asked for it.
void strip(Picture& picture, Keep keep) {
  std::erase_if(picture.attachments,
                [keep](const Attachment& attachment) { return keep == Keep::None || attachment.name != "icc"; });
  picture.track.rest.clear();
}

}  // namespace

void pass_kept(Reader& in, const wire::Header& record, Writer& out, Keep keep) {
  if (keep == Keep::All) return in.pass(record, out);
  if (record.type == wire::Type::Attachment) {
    const std::string name = wire::read_attachment(record, in.body()).name;
    const bool profile = name == "icc" && keep == Keep::Icc;
    const bool of_film = name == "tags" || name == "chapters" || name.starts_with("cover");
    if (of_film || (!profile && std::ranges::find(metadata_names, name) != metadata_names.end())) return;
  }
  if (record.type != wire::Type::Track) return in.pass(record, out);
  Track track = in.track(record.track);
  if (!track.rest.empty()) {
    Json rest = parse_json(track.rest, wire_limit::json);
    for (const char* member : {"meta", "title", "source"}) rest.erase(member);
    track.rest = write_json(rest);
  }
  out.track(record.track, track);
}

void report_film_facts(const std::vector<Attachment>& attachments, const Track& picture, const LeftOut& left_out) {
  const std::string why = "they are the film's, not the picture's";
  const bool has_comment = picture.rest.find("\"Comment\"") != std::string::npos;
  bool covers = false;
  for (const Attachment& attachment : attachments) {
    covers = covers || attachment.name.starts_with("cover");
    if (attachment.name == "chapters") left_out("the chapters", why);
    if (attachment.name != "tags") continue;
    std::string names;
    const Json tags = parse_json(attachment.bytes, limits().metadata);
    for (const auto& [key, value] : tags.items()) {
      if (key == "creation_time" || (key == "comment" && has_comment)) continue;
      names += (names.empty() ? "" : ", ") + printable(key, 60);
    }
    if (!names.empty()) left_out("the tags " + names, why);
  }
  if (covers) left_out("the covers", why);
}

Picture carried(Picture picture, const Track& came, const FormatInfo& format, Keep keep, bool orient,
                const LeftOut& left_out) {
  if (keep != Keep::All) strip(picture, keep);
  Carrier carrier(picture, format, left_out);
  carrier.colour(keep);
  carrier.exif(came, orient);
  carrier.texts();
  if (keep == Keep::All) carrier.shape();
  carrier.members(format.animation);
  carrier.others();
  return picture;
}

}  // namespace sl

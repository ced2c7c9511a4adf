// The ancillary chunks of PNG. https://www.w3.org/TR/png-3/#11Ancillary-chunks

#include "formats/png/metadata.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <optional>

#include "formats/metadata/exif.h"
#include "formats/picture.h"
#include "formats/png/deflate.h"
#include "libcore/base/endian.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl {

namespace {

constexpr std::string_view xmp_keyword = "XML:com.adobe.xmp";
// Of the 64 KiB that a TRACK may have; JSON escapes included.
constexpr std::size_t max_text = 48 << 10;
constexpr std::size_t max_keyword = 79;

struct Primaries {
  int number;
  PngChromaticities chromaticities;
};

// ITU-T H.273, table 2.
constexpr std::array<Primaries, 7> known_primaries{{
    {1, {31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000}},
    {4, {31000, 31600, 67000, 33000, 21000, 71000, 14000, 8000}},
    {5, {31270, 32900, 64000, 33000, 29000, 60000, 15000, 6000}},
    {6, {31270, 32900, 63000, 34000, 31000, 59500, 15500, 7000}},
    {9, {31270, 32900, 70800, 29200, 17000, 79700, 13100, 4600}},
    {11, {31400, 35100, 68000, 32000, 26500, 69000, 15000, 6000}},
    {12, {31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000}},
}};

// Table 3: gamma 2.2, gamma 2.8, linear.
constexpr std::array<std::pair<int, std::int32_t>, 3> known_gammas{{{4, 45455}, {5, 35714}, {8, 100000}}};

constexpr std::int32_t tolerance = 100;  // writers round differently

// ---- Text ----

std::string utf8_of_latin1(std::string_view latin1) {
  std::string utf8;
  for (const char c : latin1) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xc0 | byte >> 6);
      utf8 += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return utf8;
}

// Return nothing for characters that Latin-1 lacks, or control characters that PNG does not allow.
std::optional<std::string> latin1_of_utf8(std::string_view utf8) {
  std::string latin1;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x80) {
      if (byte < 0x20 && byte != '\n') return std::nullopt;
      latin1 += utf8[i];
    } else if ((byte == 0xc2 || byte == 0xc3) && i + 1 < utf8.size()) {
      latin1 += static_cast<char>(byte << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3f));
    } else {
      return std::nullopt;
    }
  }
  return latin1;
}

// Take bytes up to a zero byte, and that byte; return nothing if it is missing.
std::optional<std::string_view> take_string(std::string_view& data) {
  const std::size_t end = data.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view string = data.substr(0, end);
  data.remove_prefix(end + 1);
  return string;
}

// A whole zlib stream, but no more than `longest` bytes and one; nothing if it is damaged.
std::optional<std::string> inflate_text(std::string_view data, std::uint64_t longest) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) throw Error(Status::Resources, "PNG: no memory to inflate with");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> ends(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  std::string text;
  int result = Z_OK;
  while (result == Z_OK && text.size() <= longest) {
    constexpr std::size_t step = 16 << 10;
    const std::size_t before = text.size();
    text.resize(before + step);
    stream.next_out = reinterpret_cast<Bytef*>(text.data() + before);
    stream.avail_out = step;
    result = inflate(&stream, Z_NO_FLUSH);
    text.resize(before + step - stream.avail_out);
  }
  if (result != Z_STREAM_END && text.size() <= longest) return std::nullopt;
  return text;
}

std::string be(std::uint32_t value) {
  std::string bytes(4, '\0');
  store_be(bytes.data(), value);
  return bytes;
}

}  // namespace

int png_primaries(const PngChromaticities& chromaticities) {
  for (const auto& [number, known] : known_primaries) {
    const auto close = [](std::int32_t a, std::int32_t b) { return std::abs(a - b) <= tolerance; };
    if (std::ranges::equal(known, chromaticities, close)) return number;
  }
  return 2;
}

int png_transfer(std::int32_t gamma) {
  for (const auto& [number, known] : known_gammas) {
    if (std::abs(known - gamma) <= tolerance) return number;
  }
  return 2;
}

// ---- In ----

PngMetadata::PngMetadata(std::string name, std::function<void(const std::string&)> warn)
    : name_(std::move(name)),
      warn_(std::move(warn)),
      meta_(std::make_unique<Json>()),
      texts_(std::make_unique<Json>(Json::object())) {
  (*meta_)["format"] = "PNG";
}

PngMetadata::~PngMetadata() = default;

void PngMetadata::attach(std::string_view name, std::string_view bytes) {
  const auto same = [&](const Attachment& a) { return a.name == name; };
  if (bytes.empty() || std::ranges::any_of(attachments_, same)) return;  // the first of several counts
  attachments_.push_back({std::string(name), std::string(bytes), 0});
}

void PngMetadata::add(std::string_view type, std::string_view data) {
  if (type == "eXIf") {
    const std::string_view exif = exif_without_prefix(data);
    if (is_exif(exif)) return attach("exif", exif);
    return warn_("eXIf holds no EXIF");
  }
  const auto malformed = [&] { warn_(std::string(type) + ": malformed text is left out"); };
  const auto keyword = take_string(data);
  if (!keyword || keyword->empty() || keyword->size() > max_keyword) return malformed();
  bool compressed = type == "zTXt";
  if (type == "iTXt") {
    if (data.size() < 2) return malformed();
    compressed = data[0] == 1;
    data.remove_prefix(1);
  }
  if (type != "tEXt") {
    if (data.empty() || (compressed && data[0] != 0)) return malformed();
    data.remove_prefix(1);
  }
  if (type == "iTXt" && (!take_string(data) || !take_string(data))) return malformed();  // language, keyword in it
  const bool xmp = type == "iTXt" && *keyword == xmp_keyword;
  const std::uint64_t longest = xmp ? limits().metadata : max_text;
  std::string text;
  if (compressed) {
    auto inflated = inflate_text(data, longest);
    if (!inflated) return malformed();
    text = std::move(*inflated);
  } else {
    text = data;
  }
  if (xmp) {
    check_metadata(name_, text.size(), "PNG: XMP");
    attach("xmp", text);
  } else {
    add_text(utf8_of_latin1(*keyword), type == "iTXt" ? text : utf8_of_latin1(text));
  }
}

void PngMetadata::add_text(const std::string& keyword, const std::string& text) {
  // The form in the TRACK: bytes that are not UTF-8 are replaced.
  const std::string json = write_json(Json(text));
  text_bytes_ += json.size() + keyword.size() + 8;
  if (text.size() > max_text || text_bytes_ > max_text) {
    text_bytes_ -= json.size() + keyword.size() + 8;
    return warn_("text \"" + keyword + "\" of " + std::to_string(text.size()) + " bytes is left out");
  }
  const std::string valid = Json::parse(json).get<std::string>();
  if (texts_->contains(keyword)) {
    (*texts_)[keyword] = (*texts_)[keyword].get<std::string>() + "\n" + valid;
  } else {
    (*texts_)[keyword] = valid;
  }
}

std::string PngMetadata::rest() const {
  Json rest;
  rest["meta"] = *meta_;
  if (!texts_->empty()) rest["meta"]["text"] = *texts_;
  return write_json(rest);
}

// ---- Out ----

namespace {

const std::string* find(const std::vector<Attachment>& attachments, std::string_view name) {
  const auto found = std::ranges::find(attachments, name, &Attachment::name);
  return found == attachments.end() || found->bytes.empty() ? nullptr : &found->bytes;
}

// Whether a profile is one for pixels like these: readers refuse others.
bool fits(std::string_view profile, const PixelFormat& format) {
  return profile.size() >= 132 && profile.substr(16, 4) == (format.model == Model::Gray ? "GRAY" : "RGB ");
}

void write_profile(Target& target, const std::string& profile) {
  std::string compressed(compressBound(profile.size()), '\0');
  uLongf size = compressed.size();
  if (compress2(reinterpret_cast<Bytef*>(compressed.data()), &size, reinterpret_cast<const Bytef*>(profile.data()),
                profile.size(), 6) != Z_OK) {
    throw Error(Status::Resources, "PNG: no memory to compress with");
  }
  compressed.resize(size);
  using namespace std::string_literals;
  write_png_chunk(target, "iCCP", "icc\0\0"s + compressed);
}

// gAMA and cHRM accompany cICP for readers that do not know cICP yet.
void write_color(Target& target, const Color& color) {
  if (color.primaries == 1 && color.transfer == 13) return write_png_chunk(target, "sRGB", std::string(1, '\0'));
  if (color.primaries != 2 && color.transfer != 2) {
    const std::string numbers{static_cast<char>(color.primaries), static_cast<char>(color.transfer), 0, 1};
    write_png_chunk(target, "cICP", numbers);
  }
  for (const auto& [number, gamma] : known_gammas) {
    if (number == color.transfer) write_png_chunk(target, "gAMA", be(static_cast<std::uint32_t>(gamma)));
  }
  for (const auto& [number, chromaticities] : known_primaries) {
    if (number != color.primaries) continue;
    std::string bytes;
    for (const std::int32_t value : chromaticities) bytes += be(static_cast<std::uint32_t>(value));
    write_png_chunk(target, "cHRM", bytes);
  }
}

void write_itxt(Target& target, std::string_view keyword, std::string_view utf8) {
  std::string data(keyword);
  data.append(5, '\0');  // end of the keyword, not compressed, method, no language, no translated keyword
  write_png_chunk(target, "iTXt", data.append(utf8));
}

void write_text(Target& target, const std::string& keyword, const std::string& text) {
  const auto key = latin1_of_utf8(keyword);
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  if (!key || key->empty() || key->size() > max_keyword || key->front() == ' ' || key->back() == ' ' ||
      std::ranges::any_of(*key, control) || *key == xmp_keyword || text.find('\0') != std::string::npos) {
    return;  // nothing that PNG could hold
  }
  if (const auto latin1 = latin1_of_utf8(text)) {
    write_png_chunk(target, "tEXt", *key + '\0' + *latin1);
  } else {
    write_itxt(target, *key, text);
  }
}

// Pixels a metre as `meta` has them from pHYs, or the shape of pixels.
void write_density(Target& target, const Json& meta, const Rational& aspect) {
  if (const auto density = meta.find("density"); density != meta.end() && density->is_array() && density->size() == 2) {
    const auto& x = (*density)[0];
    const auto& y = (*density)[1];
    const auto counts = [](const Json& n) {
      return n.is_number_integer() && n > 0 && n <= std::uint64_t{wire_limit::number};
    };
    if (counts(x) && counts(y)) {
      return write_png_chunk(target, "pHYs", be(x.get<std::uint32_t>()) + be(y.get<std::uint32_t>()) + '\1');
    }
  }
  if (aspect.num <= 0 || aspect.den <= 0 || aspect.num == aspect.den) return;
  // Pixels twice as wide as high are half as many across.
  write_png_chunk(target, "pHYs",
                  be(static_cast<std::uint32_t>(aspect.den)) + be(static_cast<std::uint32_t>(aspect.num)) + '\0');
}

}  // namespace

void write_png_metadata(Target& target, const Picture& picture) {
  const Track& track = picture.track;
  const std::string* icc = find(picture.attachments, "icc");
  if (icc != nullptr && fits(*icc, *track.pixels)) {
    write_profile(target, *icc);
  } else {
    write_color(target, track.color);
  }
  const Json rest = track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
  const Json meta = rest.value("meta", Json::object());
  if (meta.is_object()) write_density(target, meta, track.sample_aspect);
  if (const std::string* exif = find(picture.attachments, "exif")) write_png_chunk(target, "eXIf", *exif);
  if (const std::string* xmp = find(picture.attachments, "xmp")) write_itxt(target, xmp_keyword, *xmp);
  const auto text = meta.is_object() ? meta.find("text") : meta.end();
  if (text == meta.end() || !text->is_object()) return;
  for (const auto& [keyword, value] : text->items()) {
    if (value.is_string()) write_text(target, keyword, value.get<std::string>());
  }
}

}  // namespace sl

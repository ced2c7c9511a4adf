// The ancillary chunks of PNG. https://www.w3.org/TR/png-3/#11Ancillary-chunks

#include "formats/png/metadata.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <optional>

#include "formats/metadata/exif.h"
#include "formats/metadata/photoshop.h"
#include "formats/png/deflate.h"
#include "libcore/base/endian.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/density.h"

namespace sl {

namespace {

constexpr std::string_view xmp_keyword = "XML:com.adobe.xmp", raw_profile = "Raw profile type ";
constexpr std::size_t max_keyword = 79;

// ITU-T H.273, table 3: gamma 2.2, gamma 2.8, linear.
constexpr std::array<std::pair<int, std::int32_t>, 3> known_gammas{{{4, 45455}, {5, 35714}, {8, 100000}}};

constexpr std::int32_t tolerance = 100;  // writers round differently

// ---- Text ----

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

int png_primaries(const Chromaticities& chromaticities) {
  for (const auto& [number, known] : known_primaries()) {
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

PngMetadata::PngMetadata(std::string name, std::function<void(const std::string&)> warn, LeftOut left_out)
    : name_(std::move(name)), warn_(std::move(warn)), left_out_(std::move(left_out)), meta_(std::make_unique<Json>()) {
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
  std::optional<std::string_view> language, translated;
  if (type == "iTXt") {
    language = take_string(data);
    translated = take_string(data);
    if (!language || !translated) return malformed();
  }
  const bool xmp = type == "iTXt" && *keyword == xmp_keyword;
  const std::uint64_t longest = limits().metadata;
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
  } else if (!keyword->starts_with(raw_profile) || !add_raw_profile(keyword->substr(raw_profile.size()), text)) {
    if (language && !(language->empty() && translated->empty())) {
      left_out_("the language of text \"" + printable(*keyword) + "\"", "texts have a keyword only");
    }
    add_text(utf8_of_latin1(*keyword), type == "iTXt" ? text : utf8_of_latin1(text));
  }
}

void PngMetadata::add_text(const std::string& keyword, const std::string& text) {
  const std::uint64_t room = limits().metadata - text_bytes_;
  // In JSON, its longest form.
  const std::size_t bytes = text.size() > room ? text.size() : write_json(Json(text)).size() + keyword.size() + 8;
  if (bytes > room) {
    return left_out_("text \"" + printable(keyword) + "\" of " + std::to_string(text.size()) + " bytes",
                     "--max-metadata raises the limit");
  }
  text_bytes_ += bytes;
  if (!texts_.add(keyword, text)) left_out_("text \"" + printable(keyword) + "\"", "there are over 4000 keywords");
}

// A profile as ImageMagick and exiftool write it: a line with its kind, one with its length, and hexadecimal digits.
bool PngMetadata::add_raw_profile(std::string_view kind, std::string_view text) {
  std::size_t lines = 0, at = 0;
  for (; at < text.size() && lines < 3; ++at) lines += text[at] == '\n' ? 1 : 0;
  std::string bytes;
  int digits = 0, value = 0;
  for (const char c : text.substr(at)) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0 && c != '\n') return false;
    if (digit < 0) continue;
    value = value * 16 + digit;
    if (++digits % 2 != 0) continue;
    bytes += static_cast<char>(value);
    value = 0;
  }
  if (bytes.empty() || digits % 2 != 0) return false;
  if (kind == "iptc" || kind == "8bim") {
    if (!bytes.starts_with("8BIM")) {
      attach("iptc", bytes);
      return true;
    }
    const PhotoshopResources resources = read_photoshop(bytes);
    attach("iptc", resources.iptc);
    attach("photoshop", resources.others);
    if (resources.thumbnail) left_out_("Photoshop's thumbnail", "the picture may change");
    return true;
  }
  constexpr std::string_view xmp_start{"http://ns.adobe.com/xap/1.0/\0", 29};
  const std::string_view exif = exif_without_prefix(bytes);
  if ((kind == "exif" || kind == "APP1") && is_exif(exif)) {
    attach("exif", exif);
  } else if (kind == "APP1" && bytes.starts_with(xmp_start)) {
    attach("xmp", std::string_view(bytes).substr(xmp_start.size()));
  } else if (kind == "xmp") {
    attach("xmp", bytes);
  } else {
    return false;
  }
  return true;
}

void PngMetadata::put(Picture& picture) {
  Json rest = picture.track.rest.empty() ? Json::object() : parse_json(picture.track.rest, wire_limit::json);
  rest["meta"].update(*meta_);
  picture.track.rest = write_json(rest);
  picture.attachments = attachments_;
  texts_.put(picture);
}

// ---- Out ----

namespace {

// Whether a profile is one for pixels like these: readers refuse others.
bool fits(std::string_view profile, const PixelFormat& format) {
  return profile.size() >= 132 && profile.substr(16, 4) == (format.model == Model::Gray ? "GRAY" : "RGB ");
}

std::string deflated(std::string_view bytes) {
  std::string compressed(compressBound(bytes.size()), '\0');
  uLongf size = compressed.size();
  if (compress2(reinterpret_cast<Bytef*>(compressed.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
                bytes.size(), 6) != Z_OK) {
    throw Error(Status::Resources, "PNG: no memory to compress with");
  }
  compressed.resize(size);
  return compressed;
}

void write_profile(Target& target, const std::string& profile) {
  using namespace std::string_literals;
  write_png_chunk(target, "iCCP", "icc\0\0"s + deflated(profile));
}

// IPTC has no chunk of its own; ImageMagick and exiftool read it here.
void write_raw_iptc(Target& target, const std::string& resources) {
  if (resources.empty()) return;
  std::string text = "\niptc\n" + std::to_string(resources.size());
  for (std::size_t i = 0; i < resources.size(); ++i) {
    if (i % 36 == 0) text += '\n';
    const auto byte = static_cast<unsigned char>(resources[i]);
    (text += "0123456789abcdef"[byte >> 4]) += "0123456789abcdef"[byte & 15];
  }
  std::string data = std::string(raw_profile) + "iptc";
  data.append(2, '\0');  // the end of the keyword, the method
  write_png_chunk(target, "zTXt", data + deflated(text + '\n'));
}

// gAMA and cHRM accompany cICP for readers that do not know cICP yet.
void write_color(Target& target, const Color& color, const Json& meta) {
  if (color.primaries == 1 && color.transfer == 13) {
    const auto intent = meta.is_object() ? meta.find("rendering_intent") : meta.end();
    const bool known = intent != meta.end() && intent->is_number_integer() && *intent >= 0 && *intent <= 3;
    return write_png_chunk(target, "sRGB", std::string(1, known ? static_cast<char>(intent->get<int>()) : '\0'));
  }
  if (color.primaries != 2 && color.transfer != 2) {
    const std::string numbers{static_cast<char>(color.primaries), static_cast<char>(color.transfer), 0, 1};
    write_png_chunk(target, "cICP", numbers);
  }
  for (const auto& [number, gamma] : known_gammas) {
    if (number == color.transfer) write_png_chunk(target, "gAMA", be(static_cast<std::uint32_t>(gamma)));
  }
  for (const auto& [number, chromaticities] : known_primaries()) {
    if (number != color.primaries || number == 10) continue;  // XYZ's have no numbers in cHRM
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

// Return false for what PNG cannot hold.
bool write_text(Target& target, const std::string& keyword, const std::string& text) {
  const auto key = latin1_of_utf8(keyword);
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  if (!key || key->empty() || key->size() > max_keyword || key->front() == ' ' || key->back() == ' ' ||
      std::ranges::any_of(*key, control) || *key == xmp_keyword || text.find('\0') != std::string::npos) {
    return false;
  }
  if (const auto latin1 = latin1_of_utf8(text)) {
    write_png_chunk(target, "tEXt", *key + '\0' + *latin1);
  } else {
    write_itxt(target, *key, text);
  }
  return true;
}

// Pixels a metre, or the shape of pixels.
void write_density(Target& target, const Track& track) {
  const auto write = [&](double x, double y, char unit) {
    const auto number = [](double value) { return be(static_cast<std::uint32_t>(std::llround(value))); };
    if (x >= 0.5 && y >= 0.5) write_png_chunk(target, "pHYs", number(x) + number(y) + unit);
  };
  if (const auto density = density_of(track)) {
    const Density metre = density->in(Density::Unit::Metre);
    return write(metre.x, metre.y, 1);
  }
  const Rational& aspect = track.sample_aspect;
  // Pixels twice as wide as high are half as many across.
  if (aspect.num != aspect.den) write(static_cast<double>(aspect.den), static_cast<double>(aspect.num), 0);
}

// The numbers of an array in `meta`.
std::vector<double> numbers_of(const Json& meta, const char* name) {
  std::vector<double> numbers;
  const auto array = meta.find(name);
  if (array == meta.end() || !array->is_array() || array->size() > 4) return numbers;
  for (const Json& value : *array) numbers.push_back(value.is_number() ? value.get<double>() : 0);
  return numbers;
}

// One number for each channel of the format, made of those of gray or of colours.
std::vector<double> for_channels(std::vector<double> numbers, bool gray) {
  if (numbers.empty()) return numbers;
  const std::size_t colours = numbers.size() >= 3 ? 3 : 1;
  const double largest = *std::max_element(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(colours));
  if (gray && colours == 3) numbers.erase(numbers.begin(), numbers.begin() + 2);
  if (gray) numbers[0] = largest;
  if (!gray && colours == 1) numbers.insert(numbers.begin(), 2, numbers[0]);
  return numbers;
}

// sBIT and bKGD.
void write_hints(Target& target, const Json& meta, const PixelFormat& format) {
  const bool gray = format.model == Model::Gray;
  const std::size_t colours = gray ? 1 : 3;
  std::vector<double> bits = for_channels(numbers_of(meta, "significant_bits"), gray);
  if (!bits.empty()) {
    bits.resize(colours + (format.alpha ? 1 : 0), format.bits);
    std::string data;
    for (const double value : bits) data += static_cast<char>(std::clamp<double>(value, 1, format.bits));
    write_png_chunk(target, "sBIT", data);
  }
  std::vector<double> background = for_channels(numbers_of(meta, "background"), gray);
  if (background.empty()) return;
  background.resize(colours);
  std::string data;
  for (const double value : background) {
    const auto code = std::lround(std::clamp(value, 0.0, 1.0) * ((1 << format.bits) - 1));
    (data += static_cast<char>(code >> 8)) += static_cast<char>(code);
  }
  write_png_chunk(target, "bKGD", data);
}

}  // namespace

void write_png_metadata(Target& target, const Picture& picture, const LeftOut& left_out) {
  const Track& track = picture.track;
  const auto find = [&](std::string_view name) {
    const auto found = std::ranges::find(picture.attachments, name, &Attachment::name);
    return found == picture.attachments.end() ? std::string() : found->bytes;
  };
  const std::string icc = find("icc"), exif = find("exif"), xmp = find("xmp");
  const Json rest = track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
  const Json meta = rest.value("meta", Json::object());
  if (fits(icc, *track.pixels)) {
    write_profile(target, icc);
  } else {
    write_color(target, track.color, meta);
  }
  if (meta.is_object()) write_hints(target, meta, *track.pixels);
  write_density(target, track);
  if (!exif.empty()) write_png_chunk(target, "eXIf", exif);
  if (!xmp.empty()) write_itxt(target, xmp_keyword, xmp);
  write_raw_iptc(target, write_photoshop(find("iptc"), find("photoshop")));
  for (const auto& [keyword, text] : texts_of(picture)) {
    if (!write_text(target, keyword, text)) {
      left_out("text \"" + printable(keyword, 80) + "\"", "PNG allows keywords of 1 to 79 characters of Latin-1");
    }
  }
}

}  // namespace sl

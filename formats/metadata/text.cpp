// Texts between tracks, attachments and formats.

#include "formats/metadata/text.h"

#include <algorithm>

#include "formats/picture.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl {

namespace {

// Of the 64 KiB that a TRACK may have; JSON escapes included.
constexpr std::size_t max_in_track = 48 << 10;
constexpr std::size_t max_keywords = 4096;  // the JSON library finds a member by looking at all

// The form in JSON: bytes that are not UTF-8 are replaced.
std::string valid(std::string_view text) { return Json::parse(write_json(Json(text))).get<std::string>(); }

Json members_of(const Track& track) {
  return track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
}

}  // namespace

bool Texts::add(const std::string& keyword, std::string_view text) {
  const std::string key = valid(keyword);
  const auto place = places_.find(key);
  if (place != places_.end()) {
    texts_[place->second].second += "\n" + valid(text);
    return true;
  }
  if (texts_.size() == max_keywords) return false;
  places_.emplace(key, texts_.size());
  texts_.emplace_back(key, valid(text));
  return true;
}

void Texts::put(Picture& picture) const {
  if (texts_.empty()) return;
  Json rest = members_of(picture.track), more = Json::object();
  std::size_t size = picture.track.rest.size();
  for (const auto& [keyword, text] : texts_) {
    const std::size_t bytes = write_json(Json(keyword)).size() + write_json(Json(text)).size() + 2;
    if (size + bytes > max_in_track) {
      more[keyword] = text;
    } else {
      size += bytes;
      rest["meta"]["text"][keyword] = text;
    }
  }
  picture.track.rest = write_json(rest);
  if (!more.empty()) picture.attachments.push_back({"text", write_json(more), 0});
}

std::vector<std::pair<std::string, std::string>> texts_of(const Picture& picture) {
  std::vector<std::pair<std::string, std::string>> texts;
  const auto take = [&](const Json& object) {
    if (!object.is_object()) return;
    for (const auto& [keyword, text] : object.items()) {
      if (text.is_string()) texts.emplace_back(keyword, text.get<std::string>());
    }
  };
  const Json rest = members_of(picture.track);
  const Json::json_pointer path("/meta/text");
  if (rest.contains(path)) take(rest[path]);
  for (const Attachment& attachment : picture.attachments) {
    if (attachment.name == "text") take(parse_json(attachment.bytes, limits().metadata));
  }
  return texts;
}

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

bool is_utf8(std::string_view text) { return valid(text) == text; }

}  // namespace sl

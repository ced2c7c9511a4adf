// A film's facts as text.

#include <strings.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "formats/av/decode/film_info.h"
#include "formats/metadata/words.h"
#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/media/color_names.h"

namespace sl::av {

namespace {

std::string number(double value, const char* form = "%.3f") {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), form, value);
  std::string result = text.data();
  if (result.find('.') == std::string::npos) return result;
  result.erase(result.find_last_not_of('0') + 1);
  if (result.ends_with('.')) result.pop_back();
  return result;
}

std::string seconds_in(const Json& facts, const char* name) { return number(facts[name].get<double>()) + " s"; }

std::string bit_rate_in(const Json& facts) {
  const double rate = facts["bit_rate"].get<double>();
  return rate < 1e6 ? number(rate / 1e3, "%.0f") + " kbit/s" : number(rate / 1e6, "%.2f") + " Mbit/s";
}

std::string ratio(const Json& pair) { return number(pair[0].get<double>() / pair[1].get<double>()); }

void print_video(std::ostream& out, const Json& facts) {
  out << ", " << facts["width"] << "x" << facts["height"];
  if (facts.contains("pixels")) out << " " << in_words(facts["pixels"]);
  if (facts.contains("average_rate")) out << ", " << ratio(facts["average_rate"]) << " frames/s";
  if (facts.contains("real_rate") && facts["real_rate"] != facts.value("average_rate", Json())) {
    out << " (real " << ratio(facts["real_rate"]) << ")";
  }
}

void print_audio(std::ostream& out, const Json& facts) {
  out << ", " << facts["sample_rate"] << " Hz, " << facts["channels"]
      << (facts["channels"] == 1 ? " channel" : " channels");
  if (facts.contains("layout")) out << " (" << in_words(facts["layout"]) << ")";
  if (facts.contains("samples")) out << ", " << in_words(facts["samples"]);
}

void print_tags(std::ostream& out, const Json& facts) {
  if (!facts.contains("meta")) return;
  // Muxers write these for themselves.
  constexpr std::array muxer_tags{"major_brand",  "minor_version", "compatible_brands",
                                  "handler_name", "vendor_id",     "duration"};
  for (const auto& [name, value] : facts["meta"].items()) {
    const auto is_muxers = [&name = name](const char* word) { return strcasecmp(name.c_str(), word) == 0; };
    if (std::ranges::any_of(muxer_tags, is_muxers) || name.starts_with("_STATISTICS")) continue;
    out << "    " << printable(name, 60) << ": " << in_words(value) << "\n";
  }
}

// Facts that only pictures have, a line each.
void print_picture_facts(std::ostream& out, const Json& facts) {
  const Json& color = facts["color"];
  out << "    colour: primaries " << primaries_name(color["primaries"].get<int>()) << ", transfer "
      << transfer_name(color["transfer"].get<int>()) << ", matrix " << matrix_name(color["matrix"].get<int>())
      << ", range " << in_words(color["range"]) << ", chroma " << in_words(color["chroma"]) << "\n";
  if (facts.contains("sample_aspect") && facts["sample_aspect"] != Json::array({1, 1})) {
    out << "    sample aspect: " << facts["sample_aspect"][0] << ":" << facts["sample_aspect"][1] << ", shown as "
        << facts["display_aspect"][0] << ":" << facts["display_aspect"][1] << "\n";
  }
  if (facts.value("orientation", 1) != 1 || facts.value("rotation", 0) != 0) {
    out << "    rotation: " << facts.value("rotation", 0) << " degrees clockwise (EXIF orientation "
        << facts.value("orientation", 1) << ")\n";
  }
  if (facts.contains("fields")) out << "    fields: " << in_words(facts["fields"]) << "\n";
  if (facts.contains("hdr")) out << "    hdr: " << hdr_in_words(facts["hdr"]) << "\n";
}

}  // namespace

void print_container(std::ostream& out, const std::string& name, const Json& facts) {
  out << printable(name) << "\n  " << in_words(facts["format_name"]);
  if (facts.contains("duration")) out << ", " << seconds_in(facts, "duration");
  if (facts.contains("start") && facts["start"] != 0.0) out << " from " << seconds_in(facts, "start");
  if (facts.contains("bit_rate")) out << ", " << bit_rate_in(facts);
  if (facts.contains("size")) out << ", " << facts["size"] << " bytes";
  out << "\n";
  print_tags(out, facts);
  for (const Json& chapter : facts.value("chapters", Json::array())) {
    out << "    chapter " << seconds_in(chapter, "start") << " to " << seconds_in(chapter, "end") << ": "
        << in_words(chapter.value("title", Json(""))) << "\n";
  }
}

void print_track(std::ostream& out, const Json& facts) {
  out << "  " << in_words(facts["kind"]) << " " << facts["track"] << " (--stream " << facts["stream"]
      << "): " << in_words(facts["codec"]);
  if (facts.contains("profile")) out << " " << in_words(facts["profile"]);
  if (facts.contains("level")) out << " level " << in_words(facts["level"]);
  if (facts["kind"] == "video") print_video(out, facts);
  if (facts["kind"] == "audio") print_audio(out, facts);
  if (facts.contains("type")) out << " (" << in_words(facts["type"]) << ")";
  if (facts.contains("bit_rate")) out << ", " << bit_rate_in(facts);
  if (facts.contains("duration")) out << ", " << seconds_in(facts, "duration");
  if (facts.contains("start") && facts["start"] != 0.0) out << " from " << seconds_in(facts, "start");
  if (facts.contains("frames")) out << ", " << facts["frames"] << (facts["kind"] == "video" ? " frames" : " packets");
  out << "\n";
  if (facts["kind"] == "video") print_picture_facts(out, facts);
  for (const char* name : {"language", "title"}) {
    if (facts.contains(name)) out << "    " << name << ": " << in_words(facts[name]) << "\n";
  }
  if (facts.contains("disposition")) {
    out << "    disposition:";
    for (const Json& word : facts["disposition"]) out << " " << in_words(word);
    out << "\n";
  }
  print_tags(out, facts);
}

void print_scan(std::ostream& out, const Json& scan, const Json& facts) {
  const bool video = facts["kind"] == "video";
  out << "    content: " << scan["frames"] << (video ? " frames" : " packets");
  if (scan.contains("hidden")) out << " (and " << scan["hidden"] << " never shown)";
  if (scan.contains("begin")) out << ", " << seconds_in(scan, "begin") << " to " << seconds_in(scan, "end");
  if (scan.contains("rate")) out << ", " << number(scan["rate"].get<double>()) << " frames/s";
  if (scan.contains("bit_rate")) out << ", " << bit_rate_in(scan);
  out << "\n";
  if (scan.contains("frame_duration") && scan["frame_duration"][0] != scan["frame_duration"][1]) {
    out << "    frames are shown for " << number(scan["frame_duration"][0].get<double>()) << " s to "
        << number(scan["frame_duration"][1].get<double>()) << " s\n";
  }
  if (scan.contains("key_frames")) {
    out << "    key frames: " << scan["key_frames"];
    if (scan.contains("key_interval")) {
      const Json &nearest = scan["key_interval"][0], &farthest = scan["key_interval"][1];
      out << ", every " << nearest;
      if (nearest != farthest) out << " to " << farthest;
      out << " frames";
    }
    out << "\n";
  }
  const auto differs = [&](const std::string& what, const std::string& header, const std::string& content) {
    out << "    " << what << ": the header says " << header << ", the content " << content << "\n";
  };
  for (const Json& name : scan.value("differs", Json::array())) {
    if (name == "frames") differs("number", facts["frames"].dump(), scan[video ? "frames" : "packets"].dump());
    if (name == "duration") differs("duration", seconds_in(facts, "duration"), seconds_in(scan, "duration"));
    if (name == "start") differs("start", seconds_in(facts, "start"), seconds_in(scan, "begin"));
    if (name == "rate") differs("rate", ratio(facts["average_rate"]), number(scan["rate"].get<double>()));
  }
}

}  // namespace sl::av

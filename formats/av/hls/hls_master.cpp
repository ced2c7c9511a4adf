// Bit rates are announced with room to grow, so that the playlist is seldom written again.

#include "formats/av/hls/hls_master.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/media/language.h"

namespace sl::av {

namespace {

bool is_default(const Track& track) {
  const Json rest = track.rest.empty() ? Json::object() : parse_json(track.rest, track.rest.size());
  const auto words = rest.find("disposition");
  return words != rest.end() && words->is_array() && std::find(words->begin(), words->end(), "default") != words->end();
}

// Return what a menu of sounds shows: the title, else the language, else the rendition; with a number if it is taken.
std::string menu_name(const HlsOutput& output, const std::string& language, const std::set<std::string>& taken) {
  std::string title = printable(rest_text(output.track, "title"), 100);
  if (title.empty()) title = language.empty() ? output.segmenter->rendition().name() : language;
  std::string name = title;
  for (int number = 2; taken.contains(name); ++number) name = title + " " + std::to_string(number);
  return name;
}

std::string rate_text(const Rational& rate) {
  if (rate.num == 0) return {};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(rate.num) / static_cast<double>(rate.den));
  return text.data();
}

}  // namespace

std::string video_range(int transfer) {
  constexpr int pq = 16, hlg = 18;  // ITU-T H.273
  return transfer == pq ? "PQ" : transfer == hlg ? "HLG" : "";
}

// Return whether the playlist has to be written.
bool HlsMaster::update_rates(const HlsOutputs& outputs, bool last) {
  bool changed = last;
  for (const HlsOutput& output : outputs) {
    const hls::Rendition& rendition = output.segmenter->rendition();
    const hls::Rendition::Rate rate = rendition.rate();
    if (!rendition.listed() || (rate.peak == 0 && !rendition.has_gaps())) return false;
    hls::Rendition::Rate& announced = rates_[rendition.name()];
    if (rate.peak <= announced.peak && !written_.empty()) continue;
    announced = rate;
    if (!written_.empty()) announced.peak += announced.peak / 8;
    changed = true;
  }
  if (!last) return changed;
  for (const HlsOutput& output : outputs) {
    const hls::Rendition& rendition = output.segmenter->rendition();
    rates_[rendition.name()] = rendition.rate();
  }
  return true;
}

const hls::Rendition::Rate& HlsMaster::rate_of(const HlsOutput& output) const {
  return rates_.at(output.segmenter->rendition().name());
}

// At most one rendition of a group is the default, and those that a player may choose by itself differ in language (RFC
// 8216, 4.3.4.1.1).
HlsMaster::Sound HlsMaster::add_sound(hls::MasterPlaylist& master, const HlsOutputs& outputs) const {
  Sound sound;
  const auto is_sound = [](const HlsOutput& output) { return output.sound; };
  auto chosen = std::ranges::find_if(outputs, [](const HlsOutput& o) { return o.sound && is_default(o.track); });
  if (chosen == outputs.end()) chosen = std::ranges::find_if(outputs, is_sound);
  std::set<std::string> names, languages;
  if (chosen != outputs.end()) languages.insert(language_tag(rest_text(chosen->track, "language")));
  for (const HlsOutput& output : outputs) {
    if (!output.sound) continue;
    sound.rate.peak = std::max(sound.rate.peak, rate_of(output).peak);
    sound.rate.average = std::max(sound.rate.average, rate_of(output).average);
    const std::string& codecs = output.segmenter->codecs();
    if (sound.codecs.find(codecs) == std::string::npos) sound.codecs += (sound.codecs.empty() ? "" : ",") + codecs;
    if (outputs.size() == 1) break;  // it is the variant itself
    const hls::Rendition& rendition = output.segmenter->rendition();
    const bool first = &output == &*chosen;
    const std::string language = language_tag(rest_text(output.track, "language"));
    const std::string name = menu_name(output, language, names);
    names.insert(name);
    const bool autoselect = languages.insert(language).second || first;
    master.sound.push_back({name, language, rendition.uri(),
                            std::to_string(output.segmenter->leader().ch_layout.nb_channels), first, autoselect});
  }
  return sound;
}

hls::Variant HlsMaster::variant_of(const HlsOutput& output, const Sound& sound) const {
  const HlsSegmenter& segmenter = *output.segmenter;
  hls::Rendition::Rate rate = rate_of(output);
  hls::Variant variant;
  variant.uri = segmenter.rendition().uri();
  variant.codecs = segmenter.codecs();
  if (!output.sound) {
    if (!sound.codecs.empty()) variant.codecs += "," + sound.codecs;
    variant.width = static_cast<std::uint32_t>(segmenter.leader().width);
    variant.height = static_cast<std::uint32_t>(segmenter.leader().height);
    variant.rate = rate_text(output.track.rate);
    variant.range = video_range(segmenter.leader().color_trc);
    rate.peak += sound.rate.peak;
    rate.average += sound.rate.average;
  }
  variant.bandwidth = std::max<std::uint64_t>(1, rate.peak);
  variant.average = std::max<std::uint64_t>(1, rate.average);
  return variant;
}

void HlsMaster::write(const HlsOutputs& outputs, bool last) {
  if (outputs.empty() || (rules_.kind == hls::Kind::Vod && !last)) return;
  if (!update_rates(outputs, last)) return;
  hls::MasterPlaylist master;
  master.independent = rules_.independent;
  master.low_latency = rules_.part != 0;
  master.maps = container_.fragmented;
  const Sound sound = add_sound(master, outputs);
  const bool has_pictures = !outputs.front().sound;
  std::vector<std::string> names;
  for (const HlsOutput& output : outputs) {
    names.push_back(output.segmenter->rendition().name());
    if (output.sound && (has_pictures || !master.variants.empty())) continue;
    master.variants.push_back(variant_of(output, sound));
  }
  const std::string text = text_of(master);
  if (text == written_) return;
  try {
    folder_.write("index.m3u8", text);
  } catch (const Error& error) {
    if (rules_.kind == hls::Kind::Vod) throw;
    return folder_.trouble(error, "the master playlist is not up to date; writing continues when there is room");
  }
  written_ = text;
  constexpr std::int64_t second = 1000000;
  if (!std::exchange(retired_, true)) folder_.retire_others(names, 3 * rules_.target * second);
}

}  // namespace sl::av

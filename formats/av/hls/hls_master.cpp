// Bit rates are announced with room to grow, so that the playlist is seldom written again.

#include "formats/av/hls/hls_master.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/json.h"

namespace sl::av {

namespace {

std::string language_of(const Track& track) {
  if (track.rest.empty()) return {};
  const Json rest = parse_json(track.rest, track.rest.size());
  const auto language = rest.find("language");
  return language != rest.end() && language->is_string() ? printable(language->get<std::string>(), 20) : "";
}

std::string rate_text(const Rational& rate) {
  if (rate.num == 0) return {};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(rate.num) / static_cast<double>(rate.den));
  return text.data();
}

}  // namespace

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

HlsMaster::Sound HlsMaster::add_sound(hls::MasterPlaylist& master, const HlsOutputs& outputs) const {
  Sound sound;
  for (const HlsOutput& output : outputs) {
    if (!output.sound) continue;
    sound.rate.peak = std::max(sound.rate.peak, rate_of(output).peak);
    sound.rate.average = std::max(sound.rate.average, rate_of(output).average);
    const std::string& codecs = output.segmenter->codecs();
    if (sound.codecs.find(codecs) == std::string::npos) sound.codecs += (sound.codecs.empty() ? "" : ",") + codecs;
    if (outputs.size() == 1) break;  // it is the variant itself
    const hls::Rendition& rendition = output.segmenter->rendition();
    const std::string language = language_of(output.track);
    master.sound.push_back({language.empty() ? rendition.name() : rendition.name() + " " + language, language,
                            rendition.uri(), std::to_string(output.segmenter->leader().ch_layout.nb_channels),
                            master.sound.empty()});
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

// The table of containers.

#include "formats/structure/structure.h"

#include <algorithm>
#include <array>

#include "formats/structure/boxes.h"
#include "formats/structure/bytes.h"
#include "formats/structure/chunks.h"
#include "formats/structure/flac.h"
#include "formats/structure/frames.h"
#include "formats/structure/nut.h"
#include "formats/structure/ogg.h"
#include "formats/structure/packets.h"
#include "formats/structure/sounds.h"
#include "formats/structure/transport.h"
#include "libcore/base/endian.h"

namespace sl {

namespace {

using structure::Head;
using structure::starts;

using Make = std::unique_ptr<Structure> (*)(Head head);
struct Row {
  std::string_view demuxer;  // as FFmpeg names it
  Make make;
};
constexpr std::array rows{
    Row{"wav", structure::riff},
    Row{"avi", structure::riff},
    Row{"amv", structure::riff},
    Row{"xwma", structure::riff},
    Row{"qcp", structure::riff},
    Row{"aiff", structure::riff},
    Row{"iff", structure::riff},
    Row{"caf", structure::caf},
    Row{"w64", structure::wave64},
    Row{"mov,mp4,m4a,3gp,3g2,mj2", structure::iso_media},
    Row{"matroska,webm", structure::matroska},
    Row{"asf", structure::asf},
    Row{"flv", structure::flash},
    Row{"live_flv", structure::flash},
    Row{"mpegts", structure::transport},
    Row{"mpeg", structure::program},
    Row{"mxf", structure::mxf},
    Row{"gxf", structure::gxf},
    Row{"rm", structure::real_media},
    Row{"roq", structure::roq},
    Row{"film_cpk", structure::sega_film},
    Row{"wsaud", structure::westwood},
    Row{"ivf", structure::ivf},
    Row{"yuv4mpegpipe", structure::yuv4mpeg},
    Row{"ogg", structure::ogg},
    Row{"nut", structure::nut},
    Row{"flac", structure::flac},
    Row{"au", structure::sized},
    Row{"sox", structure::sized},
    Row{"tta", structure::sized},
    Row{"ape", structure::sized},
    Row{"dsf", structure::sized},
    Row{"adx", structure::sized},
    Row{"ast", structure::sized},
    Row{"mmf", structure::sized},
    Row{"swf", structure::sized},
    Row{"wtv", structure::sized},
    Row{"ico", structure::sized},
    Row{"voc", structure::creative_voice},
    Row{"wv", structure::wavpack},
    Row{"mpc8", structure::musepack8},
    Row{"mp3", [](Head) { return structure::sound_frames("mp3"); }},
    Row{"aac", [](Head) { return structure::sound_frames("aac"); }},
    Row{"loas", [](Head) { return structure::sound_frames("loas"); }},
    Row{"ac3", [](Head) { return structure::sound_frames("ac3"); }},
    Row{"eac3", [](Head) { return structure::sound_frames("eac3"); }},
    Row{"dv", structure::dv},
    Row{"dirac", structure::dirac},
};

}  // namespace

std::optional<std::string> Structure::lack(std::uint64_t) const { return std::nullopt; }

void Structure::patch_length(std::uint64_t at, std::uint64_t from) {
  constexpr std::uint64_t for_ever = std::uint64_t{1} << 60;
  std::vector<std::byte> bytes(8);
  store_le(bytes.data(), input_size_ ? *input_size_ - std::min(from, *input_size_) : for_ever);
  patches_.push_back({at, std::move(bytes)});
}

std::unique_ptr<Structure> find_structure(std::string_view demuxer, Head head) {
  if (starts(head, "FRM8")) return structure::dsdiff(head);
  const auto row = std::ranges::find(rows, demuxer, &Row::demuxer);
  return row == rows.end() ? nullptr : row->make(head);
}

bool begins_container(Head rest) {
  if (structure::transport_packet_bytes(rest) != 0) return true;
  std::array<std::byte, 32> padded{};
  std::ranges::copy(rest.first(std::min(rest.size(), padded.size())), padded.begin());
  const Head head(padded);
  const auto at = [&](std::size_t offset, std::initializer_list<std::string_view> names) {
    return std::ranges::any_of(names, [&](std::string_view name) { return starts(head, name, offset); });
  };
  if (at(0, {"RIFF", "RIFX", "RF64", "BW64"})) return at(8, {"WAVE", "AVI ", "AMV ", "XWMA", "QLCM"});
  if (at(0, {"FORM"})) return at(8, {"AIFF", "AIFC", "8SVX"});
  if (at(0, {"riff\x2e\x91\xcf\x11", "FRM8", "MAC ", ".RMF", "DKIF", "YUV4MPEG2", "nut/multimedia", "TTA1", ".SoX",
             "Creative Voice File", "MPCK", "DSD ", "BBCD", "MMMD", "FWS", structure::wtv_start})) {
    return true;
  }
  if (at(0, {std::string_view("\0\0\0\0\1", 5)})) return structure::be(head, 14, 2) == 0xe1e2;  // GXF
  if (at(0, {"caff"})) return structure::be(head, 4, 2) == 1;
  if (at(0, {".snd"})) return structure::be(head, 4, 4) < 4096;
  if (at(0, {"FLV"})) return head[3] == std::byte{1} && structure::be(head, 5, 4) == 9;
  if (at(0, {"OggS"})) return head[4] == std::byte{0};
  if (at(0, {"wvpk"})) return structure::le(head, 16, 4) == 0;
  if (at(0, {std::string_view("\0\0\1\xba", 4)})) return true;
  return at(4, {"ftyp", "moov"}) || at(0, {"\x1a\x45\xdf\xa3", structure::asf_header}) ||
         at(0, {std::string_view("\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02", 11)}) ||
         structure::begins_flac(head) || structure::id3_bytes(head) != 0;
}

std::size_t tag_at_container(Head rest) { return structure::id3_bytes(rest); }

std::size_t padding_after_container(Head rest) {
  std::size_t at = 0;
  while (at < rest.size()) {
    const Head here = rest.subspan(at);
    if (here[0] == std::byte{0}) {
      ++at;
    } else if (starts(here, "TAG")) {
      at += 128;
    } else if (const std::uint64_t tag = structure::ape_tag_bytes(here)) {
      at += tag;
    } else {
      break;
    }
  }
  return at;
}

}  // namespace sl

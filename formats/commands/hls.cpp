// The options of sl-hls.

#include "formats/commands/hls.h"

#include <algorithm>

#include "libcore/base/parse.h"
#include "libcore/base/size_text.h"

namespace sl {

namespace {

// As fragments of MP4, but with upright pictures: players of fragments ignore a rotation matrix.
constexpr FilmContainer fragments{"m4s", "mp4", "h264", "aac", FilmContainer::Times::Any, true};

constexpr Name<bool> containers[] = {{"fmp4", false}, {"ts", true}};

void describe(Tool& tool) {
  tool.example("sl-hls out film.mp4", "film on demand: out/index.m3u8, and playlists and segments beside it");
  tool.example("sl-decode --packets film.mp4 | sl-hls out", "the same without encoding again");
  tool.example("sl-hls out --rendition 160x120@300k --rendition 80x60@100k film.mp4", "a ladder, decoded once");
  tool.example("sl-webcam --duration 10s | sl-hls out --low-latency --serve 8080",
               "a camera in a browser, at http://127.0.0.1:8080/; without --duration until Ctrl-C");
  tool.example("sl-hls out --segments ts --window 6 film.mp4", "transport stream, and the last six segments only");
  tool.describe(
      "DIR/index.m3u8 is the master playlist. DIR is created if it is missing. Files appear by rename, a segment "
      "before the playlist that names it, so that any web server can serve the folder at any moment. A segment that "
      "has left its playlist stays as long as RFC 8216 requires.");
  tool.describe(
      "A live stream keeps its last segments (--window): six, or with --low-latency twelve target durations, so that "
      "players can load the changes alone (delta updates). Any other input becomes a film on demand: all segments, "
      "and playlists that appear at the end. If a live or --event run is killed, the next run on the same DIR "
      "continues the playlists and their numbers after an EXT-X-DISCONTINUITY. It replaces playlists that were ended "
      "(EXT-X-ENDLIST). An interrupt ends the stream and the playlists; with --open, players wait for the next run. "
      "An interrupted film on demand leaves nothing.");
  tool.describe(
      "Segments are fragmented MP4 (CMAF) or transport streams. Sound is a separate rendition, which the rungs of a "
      "ladder share; transport streams of one rung and one sound have both in each segment. Sounds have their title and language in the "
      "playlist, and the default one is marked (sl-track sets all three). The default is H.264 "
      "(x264, --crf 23, --preset veryfast) and AAC; fragments can have HEVC, AV1, VP9, Opus and FLAC too. HDR is encoded "
      "as HEVC (x265, 10 bits), as no player takes it in H.264; the playlist says PQ or HLG. Encoders make a key frame "
      "for each segment. Compressed tracks are cut at their key frames; in a live playlist, whose "
      "target duration must not change, also between key frames that are further apart than in the first segment. "
      "EXTINF is the difference of two rounded times, so the sum is exact. EXT-X-PROGRAM-DATE-TIME is the frames' "
      "wall clock; without it the capture time if its clock is UTC; else, of a live track, the time of arrival.");
  tool.describe(
      "EXT-X-DISCONTINUITY marks frames with the discontinuity flag, an EVENT gap of pictures, and a later stream with "
      "other tracks. A gap in sound beside pictures is filled with silence. A segment that cannot be written (the disk "
      "is full) becomes an EXT-X-GAP, and the stream continues; a film on demand fails instead.");
  tool.describe(
      "--low-latency adds parts of segments, hints of the next part, and EXT-X-SERVER-CONTROL, which promises that the "
      "server supports blocking reloads: --serve does, most web servers do not. The encoder is tuned for low latency: "
      "it does not look ahead.");
  tool.describe(
      "--serve serves DIR and nothing else: a page with a player at /, the playlists at /index.m3u8. --serve 8080 "
      "serves this machine only; 0.0.0.0:8080 and [::]:8080 serve all clients, or with --token-file those that send "
      "the token, as Authorization: Bearer or as ?token= of the page or playlist, whose references then carry it. "
      "Players on pages of other sites are admitted if all clients are, or with the token. After the input ends, a "
      "window is served until late players have seen it, everything else until an interrupt.");
}

std::int64_t nanoseconds_of(const char* option, const Seconds& time, std::int64_t least, std::int64_t most) {
  const std::int64_t ns = ticks_down(time, {1, 1000000000});
  if (ns >= least && ns <= most) return ns;
  throw Error(Status::Usage, std::string(option) + ": " + value_text(time) + " is not from " +
                                 seconds_text(least, {1, 1000000000}) + " to " + seconds_text(most, {1, 1000000000}));
}

HlsCommand::Rung parse_rung(const std::string& text) {
  HlsCommand::Rung rung;
  const std::size_t at = std::min(text.find('@'), text.size());
  const auto size = read_size(text.substr(0, at), 16384);
  if (!size || std::min(size->width, size->height) < 16 || size->width % 2 + size->height % 2 != 0 ||
      at + 1 >= text.size()) {
    bad_value("--rendition", text, "is not WIDTHxHEIGHT@BITRATE, as 1280x720@2500k, of even numbers");
  }
  rung.width = size->width;
  rung.height = size->height;
  rung.bitrate = text.substr(at + 1);
  (void)parse_bitrate("--rendition", rung.bitrate);
  rung.name = size_text(*size) + "-" + rung.bitrate;
  return rung;
}

bool is_x264(const std::string& codec) { return codec == "h264" || codec == "libx264"; }
bool is_x265(const std::string& codec) { return codec == "hevc" || codec == "h265" || codec == "libx265"; }

}  // namespace

HlsCommand::HlsCommand() : tool("sl-hls", "Pack a stream as HLS into a folder, live or on demand.") {
  describe(tool);
  tool.argument("DIR", folder, "the folder that a web server serves");
  tool.option("--segments", transport_stream, containers, "fragmented MP4 (CMAF), or MPEG transport stream");
  tool.option("--segment-duration", segment_duration_, "TIME", "from one segment to the next");
  tool.option("--window", window, "N",
              "keep the last N segments; default: 6 if a track is live, 12 target durations with --low-latency", 2,
              100000);
  tool.option("--event", event_, "keep all segments, and list each at once");
  tool.option("--vod", vod_, "keep all segments, and list them at the end");
  tool.option("--low-latency", low_latency, "parts of segments, for players that follow closely");
  tool.option("--part-duration", part_duration_, "TIME", "with --low-latency: from one part to the next, at most");
  tool.option("--open", stays_open, "write no EXT-X-ENDLIST, so that a later run can continue");
  tool.option("--to", mirror, "URL", "mirror DIR to this URL by HTTP PUT and DELETE (WebDAV)");
  tool.option("--serve", server.address, "[HOST:]PORT",
              "serve DIR by HTTP, with a page to watch it; to this machine only without HOST; port 0: any");
  tool.option("--token-file", server.token_file, "FILE",
              "with --serve: serve only requests that carry the token in its first line");
  tool.option("--rendition", renditions_, "SIZE@BITRATE",
              "a rung of a ladder, as 1280x720@2500k; may be given several times");
  tool.use_threads("threads to encode with; 0: chosen automatically");
  tool.group("Encoding");
  add_film_options(tool, film,
                   {"of the pictures: h264, hevc, av1, vp9", "quality; less is better (H.264: 23)",
                    "the encoder's word for fast or small: veryfast for x264", "of the sound: aac, opus, flac"});
  tool.option("--option", film.others, "KEY=VALUE", "an option of FFmpeg's encoders; may be given several times");
}

const FilmContainer& HlsCommand::container() const { return transport_stream ? *find_film_container("ts") : fragments; }

void HlsCommand::read() {
  if (!server.token_file.empty() && server.address.empty()) {
    throw Error(Status::Usage, "--token-file needs --serve");
  }
  segment_ns = nanoseconds_of("--segment-duration", segment_duration_, 100000000, 60000000000);
  if (!mirror.empty() && !mirror.starts_with("http://") && !mirror.starts_with("https://")) {
    bad_value("--to", mirror, "is no http:// or https:// URL");
  }
  if (low_latency) {
    if (transport_stream) throw Error(Status::Usage, "--low-latency: parts are of fragmented MP4, not of ts");
    part_ns = nanoseconds_of("--part-duration", part_duration_, 50000000, segment_ns / 2);
  }
  read_kind();
  read_rungs();
}

void HlsCommand::read_kind() {
  if ((event_ ? 1 : 0) + (vod_ ? 1 : 0) + (window != 0 ? 1 : 0) > 1) {
    throw Error(Status::Usage, "--window, --event and --vod are three ways to list segments: give one of them");
  }
  any_kind = !event_ && !vod_ && window == 0 && !low_latency;
  if (vod_ && (low_latency || stays_open)) {
    throw Error(Status::Usage, "--vod lists a film when it is complete: --low-latency and --open exclude it");
  }
  kind = event_ ? hls::Kind::Event : window != 0 || low_latency ? hls::Kind::Window : hls::Kind::Vod;
  // A delta update skips segments older than six target durations: a window of twelve has some.
  constexpr std::int64_t second = 1000000000, targets = 12;
  const std::int64_t target = (segment_ns + second - 1) / second;
  if (window == 0) window = low_latency ? (targets * target * second + segment_ns - 1) / segment_ns : 6;
}

void HlsCommand::read_rungs() {
  if (renditions_.empty()) {
    rungs.emplace_back();
    return;
  }
  constexpr std::size_t max_rungs = 16;
  if (renditions_.size() > max_rungs) throw Error(Status::Usage, "--rendition: more than 16 of them");
  if (!film.bitrate.empty()) throw Error(Status::Usage, "--bitrate: each --rendition has its own");
  for (const std::string& text : renditions_) {
    Rung rung = parse_rung(text);
    if (std::ranges::find(rungs, rung.name, &Rung::name) != rungs.end()) {
      throw Error(Status::Usage, "--rendition: " + printable(text, 40) + " is given twice");
    }
    rungs.push_back(std::move(rung));
  }
}

FilmOptions HlsCommand::film_of(const Rung& rung, const std::string& codec) const {
  FilmOptions options = film;
  if (options.codec.empty()) options.codec = codec;
  const bool x264 = is_x264(options.codec), x265 = is_x265(options.codec);
  if (options.preset.empty() && (x264 || film.codec.empty())) options.preset = "veryfast";
  if (x264 && options.crf.empty() && options.bitrate.empty() && renditions_.empty()) options.crf = "23";
  std::vector<std::string> ours;
  if (!rung.bitrate.empty()) {
    options.bitrate = rung.bitrate;
    // Players choose by BANDWIDTH, the peak: keep it close to the average.
    const std::int64_t rate = parse_bitrate("--rendition", rung.bitrate);
    ours.push_back("video:maxrate=" + std::to_string(rate + rate / 4));
    ours.push_back("video:bufsize=" + std::to_string(rate * 2));
  }
  if (x264 || x265) {
    ours.emplace_back("video:forced-idr=1");
    if (low_latency) ours.emplace_back("video:tune=zerolatency");
  }
  if (low_latency && (film.codec == "vp9" || film.codec == "libvpx-vp9")) {
    ours.insert(ours.end(), {"video:deadline=realtime", "video:lag-in-frames=0"});
  }
  options.others.insert(options.others.begin(), ours.begin(), ours.end());
  return options;
}

}  // namespace sl

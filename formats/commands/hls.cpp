// The options of sl-hls.

#include "formats/commands/hls.h"

#include <algorithm>
#include <limits>

#include "libcore/base/size_text.h"
#include "libcore/base/time_text.h"

namespace sl {

namespace {

// As in fragments of MP4, but pictures are turned upright: players of fragments do not look at a matrix.
constexpr FilmContainer fragments{"m4s", "mp4", "h264", "aac", FilmContainer::Times::Any, true};

void describe(Tool& tool) {
  tool.example("sl-hls out film.mp4", "film on demand: out/index.m3u8 and what it names");
  tool.example("sl-decode --packets film.mp4 | sl-hls out", "the same without encoding again");
  tool.example("sl-hls out --rendition 160x120@300k --rendition 80x60@100k film.mp4", "a ladder, decoded once");
  tool.example("sl-webcam --duration 10s | sl-hls out --low-latency --serve 8080",
               "a camera in a browser, at http://127.0.0.1:8080/; without --duration until Ctrl-C");
  tool.example("sl-hls out --segments ts --window 6 film.mp4", "transport stream, and the last six segments only");
  tool.describe(
      "DIR/index.m3u8 is the master playlist. DIR is made where it is not there. Files appear by rename, a segment "
      "before the playlist that names it, so that any web server can serve the folder at any moment; a segment that "
      "no playlist names any more stays as long as RFC 8216 asks for.");
  tool.describe(
      "Of live tracks the last segments are kept (--window): six, or with --low-latency those of twelve target "
      "durations, so that players can be told of what is new alone (delta updates). Of others all are, as a film on "
      "demand, whose playlists appear at its end. Killed and started again on the same DIR, live and --event go on "
      "with the same playlists, "
      "numbers rising, behind an EXT-X-DISCONTINUITY. A playlist that was ended (EXT-X-ENDLIST) is not gone on with: "
      "the new one takes its place. An interrupt ends the stream, and so the playlists, unless --open is given: then "
      "players wait for the next run.");
  tool.describe(
      "Segments are fragmented MP4 (CMAF) or transport streams. Sound is a rendition of its own, which the rungs of a "
      "ladder share; a transport stream of one rung and one sound has both in each segment. By default H.264 "
      "(x264, --crf 23, --preset veryfast) and AAC; in fragments HEVC, AV1, VP9, Opus, FLAC too. A key frame is made "
      "for each segment; compressed tracks are cut at the key frames they have, or where these are further apart than "
      "in the first segment of a playlist that goes on, between two, as its target duration must not change. EXTINF is "
      "the difference of two "
      "rounded times, so their sum is exact. EXT-X-PROGRAM-DATE-TIME is the frames' wall clock, or the capture time "
      "where its clock is UTC, or of a live track without either the time of arrival.");
  tool.describe(
      "EXT-X-DISCONTINUITY stands where frames say so: their flag, an EVENT gap of pictures, a later stream with other "
      "tracks. A gap in sound beside pictures is filled with silence. Where a segment cannot be written "
      "(the disk is full) it is an EXT-X-GAP, and the work goes on; a film on demand fails instead.");
  tool.describe(
      "--low-latency adds parts of segments, hints of the next one, and EXT-X-SERVER-CONTROL, which promises that the "
      "server answers blocking reloads: not every web server does, --serve does. The encoder is tuned for it, and does "
      "not look ahead.");
  tool.describe(
      "--serve serves DIR and nothing else: a page with a player at /, the playlists at /index.m3u8. --serve 8080 is "
      "for "
      "this machine alone, 0.0.0.0:8080 and [::]:8080 are for all who reach it, or with --token-file for those who "
      "bring "
      "the token: as Authorization: Bearer, or as ?token= of the page or playlist, which hands it on to what it names. "
      "Players on other sites' pages may, too, where everybody may or they bring the token. Where the input ends, a "
      "window is served "
      "until players that are behind have seen it, everything else until an interrupt.");
}

std::int64_t nanoseconds_of(const char* option, const std::string& text, std::int64_t least, std::int64_t most) {
  const std::int64_t ns = ticks_down(parse_seconds(option, text), {1, 1000000000});
  if (ns >= least && ns <= most) return ns;
  throw Error(Status::Usage, std::string(option) + ": " + printable(text, 40) + " is not from " +
                                 seconds_text(least, {1, 1000000000}) + " to " + seconds_text(most, {1, 1000000000}));
}

HlsCommand::Rung parse_rung(const std::string& text) {
  HlsCommand::Rung rung;
  const std::size_t at = std::min(text.find('@'), text.size());
  const auto size = read_size(text.substr(0, at), 16384);
  if (!size || std::min(size->width, size->height) < 16 || size->width % 2 + size->height % 2 != 0 ||
      at + 1 >= text.size()) {
    throw Error(Status::Usage, "--rendition: \"" + printable(text, 40) +
                                   "\" is not WIDTHxHEIGHT@BITRATE, as 1280x720@2500k, of even numbers");
  }
  rung.width = size->width;
  rung.height = size->height;
  rung.bitrate = text.substr(at + 1);
  (void)parse_bitrate("--rendition", rung.bitrate);
  rung.name = size_text(*size) + "-" + rung.bitrate;
  return rung;
}

bool is_x264(const std::string& codec) { return codec.empty() || codec == "h264" || codec == "libx264"; }

}  // namespace

HlsCommand::HlsCommand() : tool("sl-hls", "Pack a stream as HLS into a folder, live or on demand.") {
  describe(tool);
  tool.argument("DIR", folder, "the folder that a web server serves");
  tool.option("--segments", segments_, "fmp4|ts", "fragmented MP4 (CMAF), or MPEG transport stream");
  tool.option("--segment-duration", segment_duration_, "TIME", "from one segment to the next");
  tool.option(
      "--window", window, "N",
      "keep the last N segments; by default 6 where a track is live, and of 12 target durations with --low-latency", 2,
      100000);
  tool.option("--event", event_, "keep all, and list them while they come");
  tool.option("--vod", vod_, "keep all, and list them at the end");
  tool.option("--low-latency", low_latency, "parts of segments, for players that follow closely");
  tool.option("--part-duration", part_duration_, "TIME", "with --low-latency: from one part to the next, at most");
  tool.option("--open", stays_open, "write no EXT-X-ENDLIST, so that a later run goes on");
  tool.option("--to", mirror, "URL", "put every file there too, by HTTP PUT, and delete it there (WebDAV)");
  tool.option("--serve", server.address, "[HOST:]PORT",
              "serve DIR by HTTP, with a page to watch it; on this machine alone unless HOST is told; port 0: any");
  tool.option("--token-file", server.token_file, "FILE",
              "with --serve: only to those whose requests carry the token in its first line");
  tool.option("--rendition", renditions_, "SIZE@BITRATE",
              "a rung of a ladder, as 1280x720@2500k; may be given several times");
  tool.option("--threads,-t", threads, "N", "threads to encode with; 0: as many as are good", 0, 256);
  tool.group("Encoding");
  add_film_options(tool, film,
                   {"of the pictures: h264, hevc, av1, vp9", "quality; less is better (H.264: 23)",
                    "the encoder's word for fast or small: veryfast for x264", "of the sound: aac, opus, flac"});
  tool.option("--option", film.others, "KEY=VALUE", "an option of FFmpeg's encoders; may be given several times");
}

const FilmContainer& HlsCommand::container() const { return transport_stream ? *find_film_container("ts") : fragments; }

void HlsCommand::read() {
  if (!server.token_file.empty() && server.address.empty()) {
    throw Error(Status::Usage, "--token-file: it is for --serve");
  }
  transport_stream = segments_ == "ts";
  segment_ns = nanoseconds_of("--segment-duration", segment_duration_, 100000000, 60000000000);
  if (!mirror.empty() && !mirror.starts_with("http://") && !mirror.starts_with("https://")) {
    throw Error(Status::Usage, "--to: \"" + printable(mirror, 60) + "\" is no http:// or https:// URL");
  }
  if (low_latency) {
    if (transport_stream) throw Error(Status::Usage, "--low-latency: parts are of fragmented MP4, not of ts");
    part_ns = nanoseconds_of("--part-duration", part_duration_, 50000000, segment_ns / 2);
  }
  read_kind();
  read_rungs();
  if (is_x264(film.codec)) {
    if (film.preset.empty()) film.preset = "veryfast";
    if (film.crf.empty() && film.bitrate.empty() && renditions_.empty()) film.crf = "23";
  }
}

void HlsCommand::read_kind() {
  if ((event_ ? 1 : 0) + (vod_ ? 1 : 0) + (window != 0 ? 1 : 0) > 1) {
    throw Error(Status::Usage, "--window, --event and --vod are three ways to list segments: one of them");
  }
  any_kind = !event_ && !vod_ && window == 0 && !low_latency;
  if (vod_ && (low_latency || stays_open)) {
    throw Error(Status::Usage, "--vod lists a film when it is complete: --low-latency and --open do not go with it");
  }
  kind = event_ ? hls::Kind::Event : window != 0 || low_latency ? hls::Kind::Window : hls::Kind::Vod;
  // A delta update leaves out what is older than six target durations: with twelve there is something to leave out.
  constexpr std::int64_t second = 1000000000, told = 12;
  const std::int64_t target = (segment_ns + second - 1) / second;
  if (window == 0) window = low_latency ? (told * target * second + segment_ns - 1) / segment_ns : 6;
}

void HlsCommand::read_rungs() {
  if (renditions_.empty()) {
    rungs.emplace_back();
    return;
  }
  constexpr std::size_t most = 16;
  if (renditions_.size() > most) throw Error(Status::Usage, "--rendition: more than 16 of them");
  if (!film.bitrate.empty()) throw Error(Status::Usage, "--bitrate: each --rendition tells its own");
  for (const std::string& text : renditions_) {
    Rung rung = parse_rung(text);
    if (std::ranges::find(rungs, rung.name, &Rung::name) != rungs.end()) {
      throw Error(Status::Usage, "--rendition: " + printable(text, 40) + " is given twice");
    }
    rungs.push_back(std::move(rung));
  }
}

FilmOptions HlsCommand::film_of(const Rung& rung) const {
  FilmOptions options = film;
  std::vector<std::string> ours;
  if (!rung.bitrate.empty()) {
    options.bitrate = rung.bitrate;
    // A player chooses by BANDWIDTH, the peak: it is not to be far from the average.
    const std::int64_t rate = parse_bitrate("--rendition", rung.bitrate);
    ours.push_back("video:maxrate=" + std::to_string(rate + rate / 4));
    ours.push_back("video:bufsize=" + std::to_string(rate * 2));
  }
  if (is_x264(film.codec)) {
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

// Playlists as the server sees them: how far they are, their delta updates, tokens, hints.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "libcore/net/serve/playlist.h"

namespace {

using namespace std::chrono_literals;
using sl::serve::read_playlist;
using sl::serve::Reload;
using sl::serve::reload;

// Segments 10 and 11 with two parts each at the end, and two parts of 12.
const std::string live =
    "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n"
    "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.0,PART-HOLD-BACK=1.5\n"
    "#EXT-X-PART-INF:PART-TARGET=0.5\n#EXT-X-MEDIA-SEQUENCE:9\n#EXT-X-MAP:URI=\"init.mp4\"\n"
    "#EXTINF:2.00000,\ns9.m4s\n"
    "#EXT-X-PART:DURATION=1,URI=\"p10.0.m4s\",INDEPENDENT=YES\n#EXT-X-PART:DURATION=1,URI=\"p10.1.m4s\"\n"
    "#EXTINF:2.00000,\ns10.m4s\n"
    "#EXT-X-PART:DURATION=1,URI=\"p11.0.m4s\"\n#EXT-X-PART:DURATION=1,URI=\"p11.1.m4s\"\n"
    "#EXTINF:1.5,\ns11.m4s\n"
    "#EXT-X-PART:DURATION=.5,URI=\"p12.0.m4s\"\n#EXT-X-PART:DURATION=.5,URI=\"p12.1.m4s\"\n"
    "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"p12.2.m4s\"\n";

TEST(ServePlaylist, IsRead) {
  const auto playlist = read_playlist(live);
  EXPECT_EQ(playlist.media_sequence, 9u);
  ASSERT_EQ(playlist.segments.size(), 3u);
  EXPECT_EQ(playlist.segments[0].parts, 0u);
  EXPECT_EQ(playlist.segments[2].parts, 2u);
  EXPECT_EQ(playlist.segments[2].duration, 1500ms);
  EXPECT_EQ(playlist.trailing_parts, 2u);
  EXPECT_EQ(playlist.target, 2s);
  EXPECT_EQ(playlist.part_target, 500ms);
  EXPECT_TRUE(playlist.can_block_reload);
  EXPECT_FALSE(playlist.ended);
  EXPECT_EQ(playlist.can_skip_until, 12s);
  EXPECT_EQ(playlist.hints, std::vector<std::string>{"p12.2.m4s"});
  EXPECT_TRUE(read_playlist(live + "#EXT-X-ENDLIST\r\n").ended);
}

TEST(ServePlaylist, ForeignTextIsNoTrouble) {
  for (const char* text :
       {"", "\n", "#", "#EXTINF", "#EXTINF:", "#EXTINF:99999999999999999999999,\na", "a\nb",
        "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=\"", "#EXT-X-MEDIA-SEQUENCE:-5\n", "#EXT-X-PRELOAD-HINT:URI=\"",
        "#EXT-X-PART-INF:=,=,=", "#EXT-X-MEDIA-SEQUENCE:99999999999999999999"}) {
    const auto playlist = read_playlist(text);
    EXPECT_LE(playlist.segments.size(), 1u);
    (void)reload(playlist, ~0ull, ~0ull);
    (void)reload(playlist, 0, ~0ull);
    (void)sl::serve::delta_update(text, playlist);
    (void)sl::serve::with_query(text, "token=x");
  }
  for (std::size_t length = 0; length < live.size(); ++length) {
    const std::string cut = live.substr(0, length);
    (void)sl::serve::delta_update(cut, read_playlist(cut));
    EXPECT_GE(sl::serve::with_query(cut, "t=1").size(), length);
  }
}

TEST(ServePlaylist, Reload) {
  const auto playlist = read_playlist(live);
  EXPECT_EQ(reload(playlist, 3, {}), Reload::Ready);  // expired long ago
  EXPECT_EQ(reload(playlist, 11, {}), Reload::Ready);
  EXPECT_EQ(reload(playlist, 12, {}), Reload::Wait);
  EXPECT_EQ(reload(playlist, 13, {}), Reload::Wait);
  EXPECT_EQ(reload(playlist, 14, {}), Reload::TooFar);
  EXPECT_EQ(reload(playlist, 12, 1), Reload::Ready);
  EXPECT_EQ(reload(playlist, 12, 2), Reload::Wait);
  EXPECT_EQ(reload(playlist, 11, 1), Reload::Ready);
  EXPECT_EQ(reload(playlist, 11, 7), Reload::Ready);  // the first of 12
  EXPECT_EQ(reload(playlist, 10, 7), Reload::Ready);
  // Three target durations of parts: the last has the index 1, so 7 is not yet too far.
  EXPECT_EQ(reload(playlist, 12, 7), Reload::Wait);
  EXPECT_EQ(reload(playlist, 12, 8), Reload::TooFar);
  EXPECT_EQ(reload(playlist, 13, 0), Reload::Wait);
  EXPECT_EQ(reload(playlist, 13, 100), Reload::TooFar);

  const auto complete = read_playlist(live.substr(0, live.find("#EXT-X-PART:DURATION=.5")));
  EXPECT_EQ(reload(complete, 11, 1), Reload::Ready);
  EXPECT_EQ(reload(complete, 11, 2), Reload::Wait);  // that is 12, 0
  EXPECT_EQ(reload(complete, 12, 0), Reload::Wait);
  EXPECT_EQ(reload(read_playlist("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:5\n"), 5, {}), Reload::Wait);
}

std::string long_playlist() {
  std::string text =
      "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=12\n"
      "#EXT-X-MEDIA-SEQUENCE:100\n#EXT-X-KEY:METHOD=NONE\n#EXT-X-MAP:URI=\"a.mp4\"\n";
  for (int i = 100; i < 120; ++i) {
    if (i == 105) text += "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"b.mp4\"\n#EXT-X-DATERANGE:ID=\"x\"\n";
    text += "#EXT-X-PROGRAM-DATE-TIME:2026-11-21T15:00:00Z\n#EXTINF:2,\ns" + std::to_string(i) + ".m4s\n";
  }
  return text + "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"p\"\n";
}

TEST(ServePlaylist, DeltaUpdate) {
  const std::string text = long_playlist();
  const auto delta = sl::serve::delta_update(text, read_playlist(text));
  ASSERT_TRUE(delta);
  // 12 s are six segments, and the one that ends at the boundary stays.
  EXPECT_TRUE(
      delta->starts_with("#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:2\n#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=12\n"
                         "#EXT-X-MEDIA-SEQUENCE:100\n#EXT-X-SKIP:SKIPPED-SEGMENTS=13\n#EXT-X-DATERANGE:ID=\"x\"\n"
                         "#EXT-X-KEY:METHOD=NONE\n#EXT-X-MAP:URI=\"b.mp4\"\n"
                         "#EXT-X-PROGRAM-DATE-TIME:2026-11-21T15:00:00Z\n#EXTINF:2,\ns113.m4s\n"))
      << *delta;
  EXPECT_TRUE(delta->ends_with("s119.m4s\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"p\"\n"));
  EXPECT_EQ(read_playlist(*delta).segments.size(), 7u);

  EXPECT_FALSE(sl::serve::delta_update(live, read_playlist(live)));  // shorter than the boundary
  const std::string ended = text + "#EXT-X-ENDLIST\n";
  EXPECT_FALSE(sl::serve::delta_update(ended, read_playlist(ended)));
}

TEST(ServePlaylist, Query) {
  EXPECT_EQ(
      sl::serve::with_query("#EXTM3U\r\n#EXT-X-MAP:URI=\"i.mp4\",BYTERANGE=\"1@2\"\r\n#EXTINF:1,a\r\nx.ts?a=1#f\r\n"
                            "/y.ts\nhttp://other.example/z.ts\n//other.example/z.ts\n#comment URI=\"q\"\nlast.ts",
                            "token=t"),
      "#EXTM3U\r\n#EXT-X-MAP:URI=\"i.mp4?token=t\",BYTERANGE=\"1@2\"\r\n#EXTINF:1,a\r\nx.ts?a=1&token=t#f\r\n"
      "/y.ts?token=t\nhttp://other.example/z.ts\n//other.example/z.ts\n#comment URI=\"q\"\nlast.ts?token=t");
}

TEST(ServePlaylist, Resolve) {
  EXPECT_EQ(sl::serve::resolve("index.m3u8", "a%20b.m4s?token=1"), "a b.m4s");
  EXPECT_EQ(sl::serve::resolve("live/v0/index.m3u8", "../p/./7.m4s"), "live/p/7.m4s");
  EXPECT_EQ(sl::serve::resolve("live/index.m3u8", "/p.m4s"), "p.m4s");
  EXPECT_FALSE(sl::serve::resolve("live/index.m3u8", "../../p.m4s"));
  EXPECT_FALSE(sl::serve::resolve("index.m3u8", "http://a/p.m4s"));
  EXPECT_FALSE(sl::serve::resolve("index.m3u8", "//a/p.m4s"));
}

}  // namespace

// The playlists of sl-hls: text, and text read back.

#include <gtest/gtest.h>

#include "formats/hls/folder.h"
#include "formats/hls/playlist.h"
#include "formats/hls/times.h"

namespace sl::hls {
namespace {

MediaPlaylist window_of(std::uint64_t count) {
  MediaPlaylist playlist;
  playlist.target = 2;
  playlist.sequence = 7;
  playlist.discontinuity_sequence = 3;
  for (std::uint64_t i = 0; i < count; ++i) {
    Segment segment;
    segment.uri = "video-" + std::to_string(7 + i) + ".m4s";
    segment.duration = 2002000;
    segment.map = "video-init-0.mp4";
    segment.wall = 1763739633123000000 + static_cast<std::int64_t>(i) * 2002000000;
    playlist.segments.push_back(segment);
  }
  return playlist;
}

TEST(HlsWriting, IsWrittenAsTheRfcHasIt) {
  MediaPlaylist playlist = window_of(2);
  playlist.segments[1].discontinuities = 1;
  playlist.segments[1].map = "video-init-8.mp4";
  playlist.segments[1].gap = true;
  EXPECT_EQ(text_of(playlist),
            "#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-TARGETDURATION:2\n"
            "#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-DISCONTINUITY-SEQUENCE:3\n"
            "#EXT-X-MAP:URI=\"video-init-0.mp4\"\n#EXT-X-PROGRAM-DATE-TIME:2025-11-21T15:40:33.123Z\n"
            "#EXTINF:2.002000,\nvideo-7.m4s\n"
            "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"video-init-8.mp4\"\n"
            "#EXT-X-PROGRAM-DATE-TIME:2025-11-21T15:40:35.125Z\n#EXT-X-GAP\n#EXTINF:2.002000,\nvideo-8.m4s\n");
  EXPECT_EQ(playlist.last_discontinuity(), 4u);
  EXPECT_EQ(playlist.next(), 9u);
}

TEST(HlsWriting, IsReadBackAsItWas) {
  MediaPlaylist playlist = window_of(6);
  playlist.segments[3].discontinuities = 2;
  EXPECT_EQ(parse_media_playlist(text_of(playlist)), playlist);
  playlist.kind = Kind::Event;
  playlist.independent = false;
  EXPECT_EQ(parse_media_playlist(text_of(playlist)), playlist);
  playlist.kind = Kind::Vod;
  playlist.ended = true;
  EXPECT_EQ(parse_media_playlist(text_of(playlist)), playlist);
}

TEST(HlsWriting, PartsOfTheLastThreeTargetDurationsAreListed) {
  MediaPlaylist playlist = window_of(6);
  playlist.part_target = 500500;
  playlist.part_hold_back = 1501500;
  for (Segment& segment : playlist.segments) {
    for (int i = 0; i < 4; ++i) {
      segment.parts.push_back({segment.uri + std::to_string(i), 500500, i == 0, false});
    }
  }
  playlist.open.emplace();
  playlist.open->map = "video-init-0.mp4";
  playlist.open->parts.push_back({"video-13.0.m4s", 500500, true, false});
  playlist.hint = "video-13.1.m4s";
  const std::string text = text_of(playlist);
  // 0.5 s in progress, and before it 2.5 s, 4.5 s: three segments begin within 6 s from the end.
  EXPECT_EQ(text.find("video-9.m4s0"), std::string::npos);
  EXPECT_NE(text.find("#EXT-X-PART:DURATION=0.500500,URI=\"video-10.m4s0\",INDEPENDENT=YES\n"), std::string::npos);
  EXPECT_TRUE(
      text.ends_with("#EXT-X-PART:DURATION=0.500500,URI=\"video-13.0.m4s\",INDEPENDENT=YES\n"
                     "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"video-13.1.m4s\"\n"));
  EXPECT_NE(text.find("PART-HOLD-BACK=1.501500"), std::string::npos);
  const auto back = parse_media_playlist(text);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->open, playlist.open);
  EXPECT_EQ(back->hint, playlist.hint);
  EXPECT_TRUE(back->segments[2].parts.empty());
  EXPECT_EQ(back->segments[3], playlist.segments[3]);
}

TEST(HlsWriting, OtherTextIsNotRead) {
  const std::string good = text_of(window_of(3));
  EXPECT_TRUE(parse_media_playlist(good).has_value());
  for (std::size_t length = 0; length < good.size(); ++length) {
    const auto cut = parse_media_playlist(good.substr(0, length));
    if (cut) {
      EXPECT_EQ(good[length - 1], '\n');
    }
  }
  EXPECT_FALSE(parse_media_playlist("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nvideo.m3u8\n").has_value());
  EXPECT_FALSE(parse_media_playlist("#EXTM3U\n#EXT-X-TARGETDURATION:2\nno-length.ts\n").has_value());
  EXPECT_FALSE(parse_media_playlist("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:x,\na.ts\n").has_value());
}

TEST(HlsWriting, HostileNumbersAreRefusedOrBounded) {
  const auto parse = [](const std::string& text) { return parse_media_playlist("#EXTM3U\n" + text); };
  const std::string nines(30, '9');
  EXPECT_FALSE(parse("#EXT-X-TARGETDURATION:2\n#EXTINF:" + nines + ",\na.ts\n"));
  EXPECT_FALSE(parse("#EXT-X-TARGETDURATION:2\n#EXTINF:600000000,\na.ts\n#EXTINF:600000000,\nb.ts\n"));
  EXPECT_FALSE(parse("#EXT-X-TARGETDURATION:2\n#EXT-X-PART:DURATION=" + nines + ",URI=\"a\"\n"));
  EXPECT_FALSE(parse("#EXT-X-TARGETDURATION:-2\n"));
  EXPECT_EQ(parse("#EXT-X-TARGETDURATION:" + nines + "\n")->target, 1000000000);
  EXPECT_EQ(parse("#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:" + nines + "\n")->sequence, 0u);
  for (const char* year : {"9999", "-999", "0000"}) {
    const auto dated = parse("#EXT-X-TARGETDURATION:2\n#EXT-X-PROGRAM-DATE-TIME:" + std::string(year) +
                             "-01-01T00:00:00.000Z\n#EXTINF:2,\na.ts\n");
    EXPECT_EQ(dated->segments.front().wall, no_time) << year;
  }
}

TEST(HlsWriting, MasterQuotesWhatComesFromOutside) {
  MasterPlaylist master;
  master.sound.push_back({"de\"utsch\n", "de", "audio.m3u8", "2", true, true});
  master.sound.push_back({"", "", "audio2.m3u8", "", false, false});
  master.variants.push_back({"video.m3u8", "hvc1.2.4.L93.90,mp4a.40.2", "29.970", "PQ", 1280, 720, 3000000, 2500000});
  EXPECT_EQ(text_of(master),
            "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"de'utsch'\",LANGUAGE=\"de\",DEFAULT=YES,AUTOSELECT=YES,"
            "CHANNELS=\"2\",URI=\"audio.m3u8\"\n"
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"\",DEFAULT=NO,AUTOSELECT=NO,URI=\"audio2.m3u8\"\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2500000,CODECS=\"hvc1.2.4.L93.90,mp4a.40.2\","
            "RESOLUTION=1280x720,FRAME-RATE=29.970,VIDEO-RANGE=PQ,AUDIO=\"audio\"\nvideo.m3u8\n");
}

TEST(HlsWritingFiles, OnlyOurNamesAreOurs) {
  EXPECT_TRUE(parse_file_name("video-12.m4s"));
  EXPECT_EQ(parse_file_name("video-12.3.m4s")->number, 12u);
  EXPECT_TRUE(parse_file_name("1280x720-2500k-7.ts"));
  EXPECT_EQ(parse_file_name("1280x720-2500k-7.ts")->rendition, "1280x720-2500k");
  EXPECT_TRUE(parse_file_name("audio2-init-7.mp4")->map);
  for (const char* name : {"holiday-1.ts", "video.m4s", "video-.m4s", "video-1.mkv", "video-1.mp4", "video-init-1.m4s",
                           "xvideo-1.ts", "video-1.m4s.bak"}) {
    EXPECT_FALSE(parse_file_name(name)) << name;
  }
}

TEST(HlsWritingGrid, BoundariesAreCrossedOnce) {
  Grid grid(1000, 100);
  EXPECT_TRUE(grid.crossed(980));  // a codec's start-up
  EXPECT_FALSE(grid.crossed(1000));
  EXPECT_FALSE(grid.crossed(1099));
  EXPECT_TRUE(grid.crossed(1100));
  EXPECT_TRUE(grid.crossed(1250));
  EXPECT_TRUE(grid.crossed(1300));
  EXPECT_FALSE(grid.crossed(1399));
  EXPECT_TRUE(grid.crossed(1800));
}

TEST(HlsWritingWallClock, UsesTheNearestFrame) {
  WallClock clock;
  EXPECT_EQ(clock.at(5), no_time);
  clock.note(100, 1100);
  clock.note(200, 1300);
  EXPECT_EQ(clock.at(90), 1090);
  EXPECT_EQ(clock.at(200), 1300);
  EXPECT_EQ(clock.at(260), 1360);
}

}  // namespace
}  // namespace sl::hls

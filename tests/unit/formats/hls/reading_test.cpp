// HLS playlists and DASH manifests, as read before FFmpeg.

#include <gtest/gtest.h>

#include "formats/hls/dash_manifest.h"
#include "formats/hls/reading.h"
#include "formats/hls/xml.h"
#include "libcore/base/error.h"

namespace {

using namespace sl::av;

TEST(HlsPlaylist, References) {
  const HlsPlaylist media(
      "#EXTM3U\r\n#EXT-X-KEY:METHOD=AES-128,URI=\"key,1.bin\",IV=0x1\r\n#EXT-X-MAP:URI=\"init.mp4\"\r\n#EXTINF:2,a, "
      "b\r\n"
      "one.ts\r\n\r\n#EXT-X-ENDLIST\r\n");
  EXPECT_EQ(media.references, (std::vector<std::string>{"key,1.bin", "init.mp4", "one.ts"}));
  EXPECT_TRUE(media.ended);
  EXPECT_FALSE(media.is_master);
  EXPECT_EQ(HlsPlaylist("#EXTM3U\n#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI=\"x\"\n").unknown_encryption, "SAMPLE-AES-CTR");
}

TEST(HlsPlaylist, BestVariant) {
  const std::string master =
      "#EXTM3U\n"
      "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"low\",NAME=\"x\",URI=\"low.m3u8\"\n"
      "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"high\",NAME=\"de\",URI=\"de.m3u8\"\n"
      "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"high\",NAME=\"en\",DEFAULT=YES,URI=\"en.m3u8\"\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=9000,RESOLUTION=640x360,AUDIO=\"low\"\nsmall.m3u8\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=3000,RESOLUTION=1920x1080,CODECS=\"a,b\",AUDIO=\"high\"\nlarge.m3u8\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=5000,RESOLUTION=1920x1080,CODECS=\"a,b\",AUDIO=\"high\"\nlarger.m3u8\n";
  EXPECT_EQ(HlsPlaylist(best_variant(master)).references, (std::vector<std::string>{"en.m3u8", "larger.m3u8"}));
  EXPECT_EQ(best_variant("#EXTM3U\n#EXTINF:1,\na.ts\n"), "#EXTM3U\n#EXTINF:1,\na.ts\n");
}

TEST(HlsPlaylist, FromTime) {
  const std::string text =
      "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-MAP:URI=\"i\"\n#EXTINF:2,\n#EXT-X-BYTERANGE:10@5\na\n#EXTINF:2.5,\n"
      "#EXT-X-BYTERANGE:20\na\n#EXTINF:2,\n#EXT-X-BYTERANGE:30\na\n#EXT-X-ENDLIST\n";
  EXPECT_EQ(from_time(text, 2.1),
            "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:8\n#EXT-X-MAP:URI=\"i\"\n#EXTINF:2.5,\n#EXT-X-BYTERANGE:20@15\na\n"
            "#EXTINF:2,\n#EXT-X-BYTERANGE:30\na\n#EXT-X-ENDLIST\n");
  EXPECT_EQ(HlsPlaylist(from_time(text, 0)).references.size(), 4);
  EXPECT_EQ(HlsPlaylist(from_time(text, 5)).references.size(), 2);
}

TEST(HlsPlaylist, Periods) {
  const std::string text =
      "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:5\n#EXT-X-MAP:URI=\"a.mp4\"\n#EXTINF:2,\na\n"
      "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"b.mp4\"\n#EXTINF:2,\nb\n#EXT-X-GAP\n#EXTINF:2,\nc\n#EXT-X-ENDLIST\n";
  EXPECT_EQ(count_periods(text), 2U);
  EXPECT_EQ(period_of(text, 0),
            "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:5\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI=\"a.mp4\"\n#EXTINF:2,\na\n"
            "#EXT-X-ENDLIST\n");
  const std::string second = period_of(text, 1);
  EXPECT_NE(second.find("#EXT-X-MEDIA-SEQUENCE:6\n"), second.npos);
  EXPECT_NE(second.find("#EXT-X-MAP:URI=\"b.mp4\"\n#EXTINF:2,\nb\n"), second.npos);
  EXPECT_EQ(second.find("a.mp4"), second.npos);
  EXPECT_NE(mark_gaps(second).find("#EXT-X-GAP\n#EXTINF:2,\nEXT-X-GAP\n"), second.npos);
  EXPECT_EQ(count_periods("#EXTM3U\n#EXT-X-DISCONTINUITY\n#EXTINF:2,\na\n#EXT-X-ENDLIST\n"), 1U);
}

TEST(HlsPlaylist, Schemes) {
  for (const char* text : {"file:///etc/passwd", "data:,x", "concat:a|b", "subfile,,start,0,:/etc/passwd", "crypto:a",
                           "crypto+http://a/b", "FTP://a/b", "pipe:0", "async:http://a/"}) {
    EXPECT_TRUE(has_foreign_scheme(text)) << text;
  }
  for (const char* text : {"a.ts", "http://a/b", "HTTPS://a/b", "/a:b.ts", "./a:b.ts", "a,b.ts", "a.ts?x=file:y", ""}) {
    EXPECT_FALSE(has_foreign_scheme(text)) << text;
  }
}

TEST(HlsPlaylist, NeededAllowance) {
  EXPECT_EQ(needed_allowance("films/list.m3u8", "a.ts"), "films/");
  EXPECT_EQ(needed_allowance("list.m3u8", "a.ts"), "./");
  EXPECT_EQ(needed_allowance("list.m3u8", "/x/a.ts"), "/x/");
  EXPECT_EQ(needed_allowance("list.m3u8", "http://me:word@cdn:81/a.ts"), "cdn:81");
}

TEST(Dash, Resolving) {
  const auto from = [](const char* base, const char* reference) { return resolve_reference(base, reference); };
  EXPECT_EQ(from("http://a/b/c.mpd?q=/x", "d/e.m4s"), "http://a/b/d/e.m4s");
  EXPECT_EQ(from("http://a/b/c.mpd", "/e.m4s"), "http://a/e.m4s");
  EXPECT_EQ(from("http://a/b/c.mpd", "//z/e"), "http://z/e");
  EXPECT_EQ(from("http://a", "e"), "http://a/e");
  EXPECT_EQ(from("http://a/b/c.mpd", "https://z/e"), "https://z/e");
  EXPECT_EQ(from("b/c.mpd", "e"), "b/e");
  EXPECT_EQ(from("c.mpd", "e"), "e");
}

const std::string start =
    "<?xml version=\"1.0\"?><MPD mediaPresentationDuration=\"PT5S\"><Period><AdaptationSet "
    "mimeType=\"video/mp4\"><Representation id=\"v&amp;1\" bandwidth=\"800\" width=\"64\" height=\"48\">";
const std::string end = "</Representation></AdaptationSet></Period></MPD>";

TEST(Dash, Template) {
  const DashAsHls lists =
      hls_of_dash(start +
                      "<SegmentTemplate timescale=\"10\" duration=\"20\" initialization=\"$RepresentationID$/i\" "
                      "media=\"$Bandwidth$-$Number%03d$.m4s\"/>" +
                      end,
                  "http://a/b/c.mpd");
  EXPECT_NE(lists.master.find("RESOLUTION=64x48"), std::string::npos);
  const HlsPlaylist playlist(lists.playlists.at("dash:0"));
  EXPECT_EQ(playlist.references, (std::vector<std::string>{"http://a/b/v&1/i", "http://a/b/800-001.m4s",
                                                           "http://a/b/800-002.m4s", "http://a/b/800-003.m4s"}));
  EXPECT_TRUE(playlist.ended);
}

TEST(Dash, TimelineAndList) {
  const DashAsHls timeline = hls_of_dash(start +
                                             "<SegmentTemplate timescale=\"10\" media=\"$Time$\"><SegmentTimeline><S "
                                             "t=\"5\" d=\"20\" r=\"1\"/><S d=\"7\"/>"
                                             "</SegmentTimeline></SegmentTemplate>" +
                                             end,
                                         "c.mpd");
  EXPECT_EQ(HlsPlaylist(timeline.playlists.at("dash:0")).references, (std::vector<std::string>{"5", "25", "45"}));
  const DashAsHls list =
      hls_of_dash(start +
                      "<BaseURL>x.mp4</BaseURL><SegmentList duration=\"2\"><Initialization range=\"0-99\"/><SegmentURL "
                      "mediaRange=\"100-299\"/></SegmentList>" +
                      end,
                  "http://a/b/c.mpd");
  EXPECT_NE(list.playlists.at("dash:0").find("URI=\"http://a/b/x.mp4\",BYTERANGE=\"100@0\""), std::string::npos);
  EXPECT_NE(list.playlists.at("dash:0").find("#EXT-X-BYTERANGE:200@100\nhttp://a/b/x.mp4\n"), std::string::npos);
}

TEST(Dash, Refused) {
  const std::string endless =
      start + "<SegmentTemplate duration=\"1\" timescale=\"1000000000\" media=\"$Number$\"/>" + end;
  EXPECT_THROW(hls_of_dash(endless, ""), sl::Error);
  for (const std::string& text :
       {std::string("<MPD type=\"dynamic\"><Period/></MPD>"), std::string("<MPD/>"), std::string("<MPD"), std::string(),
        start + "<SegmentTemplate duration=\"0\" media=\"x\"/>" + end, start + "<ContentProtection/>" + end,
        start + "<SegmentTemplate duration=\"1\" media=\"$Number%s$\"/>" + end,
        start + "<SegmentTemplate duration=\"1\" media=\"a&#10;b\"/>" + end,
        // Times that would overflow.
        "<MPD mediaPresentationDuration=\"PT99999999999999999999S\"" + start.substr(start.find("><Period")) +
            "<SegmentTemplate duration=\"9007199254740992\" media=\"$Time$\"/>" + end,
        start + "<SegmentTemplate media=\"$Time$\"><SegmentTimeline><S d=\"9007199254740992\" r=\"2000\"/>" +
            "</SegmentTimeline></SegmentTemplate>" + end,
        std::string("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><MPD/>")}) {
    EXPECT_THROW(hls_of_dash(text, ""), sl::Error) << text;
  }
}

TEST(Xml, Depth) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "<a>";
  EXPECT_THROW(parse_xml(text), sl::Error);
}

}  // namespace

// Requests to the folder server: the parts, and attempts to leave the folder.

#include <gtest/gtest.h>

#include <string>

#include "libcore/net/serve/request.h"

namespace {

using namespace sl::serve;

TEST(ServeRequest, Names) {
  EXPECT_EQ(name_in_folder("/index.m3u8"), "index.m3u8");
  EXPECT_EQ(name_in_folder("/live/a%20b%41.ts"), "live/a bA.ts");
  for (const char* path : {"",        "/",         "index",         "//etc/passwd", "/a//b",        "/a/",    "/../x",
                           "/a/../b", "/%2e%2e/x", "/a/%2E%2e%2fb", "/.hidden",     "/a/.hidden/b", "/x.tmp", "/x~",
                           "/x.part", "/a%00.ts",  "/a%0",          "/a%",          "/a%zz",        "/./a"}) {
    EXPECT_FALSE(name_in_folder(path)) << path;
  }
  EXPECT_FALSE(name_in_folder("/" + std::string(1025, 'a')));
}

TEST(ServeRequest, Types) {
  EXPECT_EQ(content_type("a.m3u8"), "application/vnd.apple.mpegurl");
  EXPECT_EQ(content_type("a/b.ts"), "video/mp2t");
  EXPECT_EQ(content_type("init.mp4"), "video/mp4");
  EXPECT_EQ(content_type("ts"), "application/octet-stream");
}

TEST(ServeRequest, Secrets) {
  EXPECT_TRUE(is_same_secret("abc", "abc"));
  for (const char* other : {"", "ab", "abd", "abcc", "abcabc", "ABC"})
    EXPECT_FALSE(is_same_secret("abc", other)) << other;
  EXPECT_EQ(bearer("Bearer  abc "), "abc");
  EXPECT_EQ(bearer("bearer abc"), "abc");
  EXPECT_EQ(bearer("Basic abc"), "");
  EXPECT_EQ(percent_encoded("a+b/c=~"), "a%2Bb%2Fc%3D~");
}

TEST(ServeRequest, Ranges) {
  Range range;
  const auto is = [&](const char* header, RangeKind kind, std::uint64_t first = 0, std::uint64_t count = 0) {
    range = {};
    return read_range(header, 100, range) == kind &&
           (kind != RangeKind::One || (range.first == first && range.count == count));
  };
  EXPECT_TRUE(is("bytes=0-9", RangeKind::One, 0, 10));
  EXPECT_TRUE(is("Bytes=90-", RangeKind::One, 90, 10));
  EXPECT_TRUE(is("bytes=90-1000", RangeKind::One, 90, 10));
  EXPECT_TRUE(is("bytes=-10", RangeKind::One, 90, 10));
  EXPECT_TRUE(is("bytes=-1000", RangeKind::One, 0, 100));
  EXPECT_TRUE(is("bytes=100-", RangeKind::Unsatisfiable));
  EXPECT_TRUE(is("bytes=-0", RangeKind::Unsatisfiable));
  for (const char* header : {"", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0-1,5-6", "lines=0-9",
                             "bytes=99999999999999999999-", "bytes=1"}) {
    EXPECT_TRUE(is(header, RangeKind::None)) << header;
  }
  EXPECT_EQ(read_range("bytes=0-", 0, range), RangeKind::Unsatisfiable);
}

TEST(ServeRequest, Tags) {
  EXPECT_TRUE(has_entity_tag("\"a\"", "\"a\""));
  EXPECT_TRUE(has_entity_tag("\"b\", W/\"a\"", "\"a\""));
  EXPECT_TRUE(has_entity_tag("*", "\"a\""));
  EXPECT_FALSE(has_entity_tag("\"ab\"", "\"a\""));
  EXPECT_FALSE(has_entity_tag(",,", "\"a\""));
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(ServeRequest, Loopback) {
  for (const char* name : {"localhost", "localhost:80", "127.0.0.1:8080", "[::1]:80", "http://localhost:3000",
                           "http://[::1]", "a.localhost"})
    EXPECT_TRUE(is_loopback(name)) << name;
  for (const char* name : {"", "null", "evil.example", "http://127.0.0.1.evil.example", "localhost.evil.example:80",
                           "http://evil.example:127", "[::2]"})
    EXPECT_FALSE(is_loopback(name)) << name;
}

}  // namespace

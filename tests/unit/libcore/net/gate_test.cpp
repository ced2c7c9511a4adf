// The references that --allow permits: hosts by name and port, folders without a way out.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "libcore/base/error.h"
#include "libcore/net/fetch/gate.h"

namespace {

using sl::fetch::Gate;

sl::Status status_of_opening(const Gate& gate, const std::string& path) {
  try {
    close(gate.open(path));
    return sl::Status::Ok;
  } catch (const sl::Error& error) {
    return error.status();
  }
}

TEST(Gate, OwnOrigin) {
  const Gate gate("https://Example.com/a/list.m3u8?key=1", {});
  for (const char* url : {"https://example.com/b", "https://example.com:443/", "https://me:word@EXAMPLE.com/x"}) {
    EXPECT_TRUE(gate.allows(url)) << url;
  }
  for (const char* url : {"http://example.com/b", "https://example.com:8443/b", "https://www.example.com/",
                          "https://example.com.evil.org/", "https://evil.org/example.com",
                          "https://example.com@evil.org/", "ftp://example.com/b", "file:///etc/passwd", "https:///b",
                          "https://", "", "seg.ts", "https://example.com\\@evil.org/", "gopher://example.com/"}) {
    EXPECT_FALSE(gate.allows(url)) << url;
  }
}

TEST(Gate, Hosts) {
  const Gate gate("", {"cdn.example", "127.0.0.1:8080", "https://safe.example", "[::1]:81"});
  for (const char* url : {"http://cdn.example/a", "https://CDN.example/a", "http://127.0.0.1:8080/",
                          "https://safe.example/", "https://127.0.0.1:8080/", "http://[::1]:81/"}) {
    EXPECT_TRUE(gate.allows(url)) << url;
  }
  for (const char* url : {"http://cdn.example:8080/a", "http://127.0.0.1/", "http://safe.example/", "http://[::1]/",
                          "http://localhost:8080/", "http://a.cdn.example/"}) {
    EXPECT_FALSE(gate.allows(url)) << url;
  }
}

TEST(Gate, WhatItWouldNeed) {
  EXPECT_EQ(Gate::would_need("http://cdn.example/a.ts"), "cdn.example");
  EXPECT_EQ(Gate::would_need("https://cdn.example:8443/a.ts"), "cdn.example:8443");
  EXPECT_EQ(Gate::would_need("a.ts"), "./");
  EXPECT_EQ(Gate::would_need("/film/a.ts"), "/film/");
  EXPECT_EQ(Gate::would_need("file:///etc/passwd"), "");
}

TEST(Gate, Nonsense) {
  for (const char* value : {"http://", "ftp://host", "https://host/path", "http://me@host", "a b"}) {
    EXPECT_THROW(Gate("", {value}), sl::Error) << value;
  }
  EXPECT_THROW(Gate("", {"/no/such/folder/"}), sl::Error);
}

TEST(Gate, Schemes) {
  EXPECT_EQ(sl::fetch::scheme_of("HTTP://x"), "http");
  EXPECT_EQ(sl::fetch::scheme_of("subfile,,start,0,:/etc/passwd"), "subfile");
  EXPECT_EQ(sl::fetch::scheme_of("a,b.ts"), "");
  EXPECT_EQ(sl::fetch::scheme_of("./a:b.ts"), "");
}

TEST(Gate, Folders) {
  const std::filesystem::path root = std::filesystem::temp_directory_path() / ("gate-" + std::to_string(getpid()));
  std::filesystem::create_directories(root / "in/deep");
  for (const char* name : {"secret", "in/a.ts", "in/deep/b.ts"}) std::ofstream(root / name) << "x";
  std::filesystem::create_symlink("../secret", root / "in/out.ts");
  std::filesystem::create_symlink("deep/b.ts", root / "in/within.ts");
  std::filesystem::create_directory_symlink("..", root / "in/up");
  std::filesystem::create_directory_symlink("in", root / "by-link");
  const std::string in = (root / "in").string();
  {
    const Gate gate("", {in + "/"});
    for (const char* name : {"/a.ts", "/deep/b.ts", "/deep/../a.ts", "/within.ts"}) {
      EXPECT_EQ(status_of_opening(gate, in + name), sl::Status::Ok) << name;
    }
    for (const char* name : {"/out.ts", "/up/secret", "/../secret", "/deep/../../secret", "/deep", "", "er/a.ts"}) {
      EXPECT_EQ(status_of_opening(gate, in + name), sl::Status::NotPermitted) << name;
    }
    EXPECT_EQ(status_of_opening(gate, in + "/none.ts"), sl::Status::NoInput);
    EXPECT_EQ(status_of_opening(gate, "/etc/passwd"), sl::Status::NotPermitted);
  }
  const Gate gate("", {(root / "by-link").string() + "/"});
  EXPECT_EQ(status_of_opening(gate, (root / "by-link/a.ts").string()), sl::Status::Ok);
  EXPECT_EQ(status_of_opening(gate, in + "/a.ts"), sl::Status::Ok);
  EXPECT_EQ(status_of_opening(gate, (root / "by-link/out.ts").string()), sl::Status::NotPermitted);
  EXPECT_EQ(status_of_opening(Gate("https://example.com/", {}), in + "/a.ts"), sl::Status::NotPermitted);
  std::filesystem::remove_all(root);
}

}  // namespace

// The protocol's records against docs/hop-format.md's vectors; addresses and keys.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/hop/address.h"
#include "libcore/hop/keys.h"
#include "libcore/hop/records.h"
#include "libcore/wire/wire.h"

namespace sl::hop {

namespace {

std::vector<std::byte> bytes_of(const std::string& hex) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::string_view text_of(std::span<const std::byte> body) {
  return {reinterpret_cast<const char*>(body.data()), body.size()};
}

// Read a record and write it again.
std::vector<std::byte> written_again(const Header& header, std::span<const std::byte> body) {
  const auto copy = [](const auto& range) {
    const auto span = std::as_bytes(std::span(range));
    return std::vector<std::byte>(span.begin(), span.end());
  };
  switch (header.type) {
    case Type::Hello:
      return copy(write_hello(read_hello(text_of(body))));
    case Type::Start:
      return copy(write_start(read_start(body)));
    case Type::Ack:
    case Type::Done:
    case Type::Last:
      return copy(write_progress(read_progress(body)));
    case Type::Alive:
      return copy(write_alive(read_alive(body)));
    case Type::Abort:
      (void)wire::read_abort(text_of(body));
      [[fallthrough]];
    default:
      return copy(body);
  }
}

int judge(const std::string& what, const std::vector<std::byte>& bytes, bool is_exact) {
  try {
    if (what == "preamble") {
      check_preamble(bytes);
      return 0;
    }
    const Header header = read_header(bytes);
    if (what == "header") return 0;
    const std::span<const std::byte> body = std::span(bytes).subspan(header_bytes);
    EXPECT_EQ(header.length, body.size());
    const std::vector<std::byte> again = written_again(header, body);
    EXPECT_TRUE(!is_exact || text_of(again) == text_of(body)) << text_of(again);
    const auto head = write_header(header);
    EXPECT_EQ(text_of(head), text_of(std::span(bytes).first(header_bytes)));
    return 0;
  } catch (const Error& error) {
    return static_cast<int>(error.status());
  }
}

TEST(HopRecords, JudgesTheVectors) {
  std::ifstream file(SL_TEST_DATA "/hop/vectors.json");
  const Json vectors = Json::parse(file);
  ASSERT_GT(vectors.size(), 30U);
  for (const Json& vector : vectors) {
    const std::string name = vector["name"].get<std::string>();
    SCOPED_TRACE(name);
    const bool is_exact = name.find("unknown") == std::string::npos && name.find("longer") == std::string::npos;
    EXPECT_EQ(judge(vector["what"], bytes_of(vector["hex"]), is_exact), vector["status"].get<int>());
  }
}

Address read(const std::string& text) {
  Address address;
  parse_value("TO", text, address);
  return address;
}

TEST(HopAddress, HasFourForms) {
  EXPECT_EQ(read("cam:7000").host, "cam");
  EXPECT_FALSE(read("cam:7000").listens);
  EXPECT_EQ(read("[fe80::1%eth0]:7000").host, "fe80::1%eth0");
  EXPECT_EQ(read("[::1]:7000").text(), "[::1]:7000");
  EXPECT_TRUE(read(":0").listens);
  EXPECT_EQ(read("unix:/run/cam").path, "/run/cam");
  EXPECT_EQ(read("fd:3").descriptor, 3);
  for (const char* bad : {"", "cam", "cam:", "cam:x", "cam:70000", "::1:7000", "[cam]:7000", "[::1]", "cam:0",
                          "unix:", "fd:", "fd:2", "fd:x", "srt://cam:7000", "cam:7000/door", "user@cam:7000"}) {
    EXPECT_THROW((void)read(bad), Error) << bad;
  }
  EXPECT_THROW((void)read("unix:" + std::string(108, 'x')), Error);
  ListenAddress listen;
  parse_value("--listen", "127.0.0.1:0", listen);
  EXPECT_TRUE(listen.address.listens);
  EXPECT_THROW(parse_value("--listen", "unix:x", listen), Error);
}

class HopKeys : public testing::Test {
 protected:
  HopKeys() {
    const int fd = mkstemp(path_);
    close(fd);
  }
  ~HopKeys() override { unlink(path_); }
  void write(const std::string& text, mode_t mode = 0600) {
    std::ofstream(path_) << text;
    chmod(path_, mode);
  }
  Status status() {
    try {
      const Keys keys(path_);
      return Status::Ok;
    } catch (const Error& error) {
      return error.status();
    }
  }
  char path_[32] = "/tmp/hop-keys-XXXXXX";
};

TEST_F(HopKeys, AreLinesOfANameAndHex) {
  const std::string secret(64, 'a');
  write("door:" + secret + "\r\n\nwindow:" + std::string(32, 'F') + "\n");
  const Keys keys(path_);
  EXPECT_EQ(keys.own().name, "door");
  ASSERT_NE(keys.find("window"), nullptr);
  EXPECT_EQ(keys.find("window")->secret, std::vector<unsigned char>(16, 0xff));
  EXPECT_EQ(keys.find("Door"), nullptr);
  write(make_key("new"));
  EXPECT_EQ(Keys(path_).own().secret.size(), 32U);
  EXPECT_NE(make_key("new"), make_key("new"));
}

TEST_F(HopKeys, AreRefusedIfTheyAreNoSecretOrNoKey) {
  const std::string good = "door:" + std::string(64, 'a') + "\n";
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0666U}) {
    write(good, mode);
    EXPECT_EQ(status(), Status::NotPermitted) << mode;
  }
  for (const std::string& bad :
       {std::string(), std::string("\n"), good + good, ":" + std::string(64, 'a'), "door:" + std::string(31, 'a'),
        "door:" + std::string(30, 'a'), "door:" + std::string(130, 'a'), "do/or:" + std::string(64, 'a'),
        "door:" + std::string(63, 'a') + "g", std::string("door"), ".door:" + std::string(64, 'a')}) {
    write(bad);
    EXPECT_EQ(status(), Status::Data) << bad;
  }
  write(std::string(70000, '\n'));
  EXPECT_EQ(status(), Status::Limit);
}

}  // namespace

}  // namespace sl::hop

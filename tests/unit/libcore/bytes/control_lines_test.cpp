// Lines that arrive while a stage works.

#include "libcore/bytes/control_lines.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/process/sandbox.h"

namespace {

using Lines = std::vector<std::string>;

class ControlLinesTest : public testing::Test {
 protected:
  ControlLinesTest() {
    char name[] = "/tmp/control-XXXXXX";
    folder_ = mkdtemp(name);
    path_ = folder_ + "/lines";
  }
  ~ControlLinesTest() override {
    unlink(path_.c_str());
    rmdir(folder_.c_str());
  }

  void write(const std::string& text, std::ios::openmode mode = std::ios::trunc) const {
    std::ofstream(path_, std::ios::out | mode) << text;
  }
  static Lines take(sl::ControlLines& control) {
    Lines lines;
    control.take([&](std::string_view line) { lines.emplace_back(line); });
    return lines;
  }

  std::string folder_, path_;
  sl::SandboxPlan plan_;
};

TEST_F(ControlLinesTest, AFileIsReadAgainWhenItChanges) {
  write("a=1\n\n# not this\nb=2");
  sl::ControlLines control(path_, plan_);
  EXPECT_EQ(take(control), (Lines{"a=1", "b=2"}));  // the last line needs no end
  EXPECT_EQ(take(control), Lines{});
  write("a=1\nb=3\n");
  EXPECT_EQ(take(control), (Lines{"a=1", "b=3"}));
  write("c=4\n", std::ios::app);
  EXPECT_EQ(take(control), Lines{"c=4"});  // it has grown
  write("c=5\n");
  EXPECT_EQ(take(control), Lines{"c=5"});
}

TEST_F(ControlLinesTest, AFifoWaitsForItsNextWriter) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  sl::ControlLines control(path_, plan_);
  EXPECT_EQ(take(control), Lines{});
  write("a=1\nb=", std::ios::app);
  EXPECT_EQ(take(control), Lines{"a=1"});
  write("2\n", std::ios::app);
  EXPECT_EQ(take(control), Lines{"b=2"});
}

TEST_F(ControlLinesTest, ADescriptorEnds) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  sl::ControlLines control(std::to_string(ends[0]), plan_);
  close(ends[0]);
  ASSERT_EQ(::write(ends[1], "a=1\nb=2", 7), 7);
  EXPECT_EQ(take(control), Lines{"a=1"});
  close(ends[1]);
  EXPECT_EQ(take(control), Lines{"b=2"});
  EXPECT_EQ(take(control), Lines{});
}

TEST_F(ControlLinesTest, LinesThatAreRefusedAreIgnored) {
  write("bad\n" + std::string(70000, 'x') + "\ngood\n");
  sl::ControlLines control(path_, plan_);
  Lines good;
  control.take([&](std::string_view line) {
    if (line == "bad") throw sl::Error(sl::Status::Usage, "bad");
    good.emplace_back(line.substr(0, 4));
  });
  EXPECT_EQ(good, (Lines{"xxxx", "good"}));  // of a file, a line is as long as it likes
}

TEST_F(ControlLinesTest, WhatIsNotThereIsNoInput) {
  try {
    const sl::ControlLines control(path_, plan_);
    FAIL();
  } catch (const sl::Error& error) {
    EXPECT_EQ(error.status(), sl::Status::NoInput);
  }
}

}  // namespace

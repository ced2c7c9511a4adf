// The private options between stages: they are parsed as written, and the rest of a command line stays unchanged.

#include <gtest/gtest.h>

#include "libcore/stage/handover.h"
#include "libcore/stage/help.h"
#include "libcore/stage/options.h"

namespace sl {
namespace {

using Arguments = std::vector<std::string>;

Handover parsed(const Arguments& arguments) {
  Handover handover;
  ToolSpec spec;
  handover.declare(spec.options, true);
  parse_options(spec, arguments);
  return handover;
}

const Handover all = [] {
  Handover handover;
  handover.parent = 11;
  handover.writer = 12;
  handover.head = 13;
  handover.remote = 0;
  handover.input_open = handover.output_open = true;
  return handover;
}();

TEST(Handover, IsParsedFromItsArguments) {
  EXPECT_TRUE(Handover{}.arguments().empty());
  const Handover same = parsed(all.arguments());
  EXPECT_EQ(same.parent, all.parent);
  EXPECT_EQ(same.writer, all.writer);
  EXPECT_EQ(same.head, all.head);
  EXPECT_EQ(same.remote, all.remote);
  EXPECT_TRUE(same.input_open && same.output_open);
}

TEST(Handover, LeavesOtherArguments) {
  const Arguments others{"-q", "--max-pixels", "5", "film.mp4", "--", "--head", "--handed-over"};
  Arguments line = all.arguments();
  line.insert(line.end(), others.begin(), others.end());
  EXPECT_EQ(without_handover(line), others);
  line.insert(line.begin(), {"--head=7", "--parent=1"});
  EXPECT_EQ(without_handover(line), others);
  EXPECT_EQ(without_handover({"-q", "--head"}), Arguments{"-q"});
}

TEST(Handover, IsHiddenFromHelp) {
  ToolSpec spec;
  spec.name = "sl-test";
  Handover handover;
  handover.declare(spec.options, true);
  for (const char* form : {"", "json", "man", "bash", "zsh", "fish"}) {
    const std::string text = help(spec, form);
    for (const OptionSpec& option : spec.options) {
      EXPECT_EQ(text.find(option.name), std::string::npos) << form;
      EXPECT_EQ(text.find("-l " + option.name.substr(2)), std::string::npos) << form;  // fish
    }
  }
}

}  // namespace
}  // namespace sl

// Causes and statuses of failures.

#include <gtest/gtest.h>

#include "libcore/process/launch.h"
#include "libcore/stage/failure.h"
#include "libcore/stage/identity.h"

namespace sl {
namespace {

TEST(Failure, TheFirstCauseIsNamed) {
  set_identity({{"sl-test", "1", "here", ""}, ""});
  const Cause own = cause_of(Error(Status::Data, "x.jpg: truncated"));
  EXPECT_EQ(own.tool, "sl-test");
  EXPECT_EQ(own.host, "here");
  EXPECT_EQ(own.code, 65);
  EXPECT_EQ(own.message, "x.jpg: truncated");
  EXPECT_EQ(cause_of(Error::upstream(Status::Upstream, {"sl-first", "there", 74, {}, "full"}, false)).tool, "sl-first");
  EXPECT_EQ(cause_of(Error::upstream(Status::Upstream, {"", "", {}, {}, "gone"}, false)).tool,
            "the stage before sl-test");
}

TEST(Failure, OnlyStatusesOfTheTableExplainThemselves) {
  for (int code = 0; code < 256; ++code) {
    const Ending ending{code, {}};
    EXPECT_EQ(reports_itself(ending), code >= 64 && code < 79) << code;
    EXPECT_EQ(static_cast<int>(status_of(ending)), code >= 64 && code < 79 ? code : 79) << code;
  }
  EXPECT_FALSE(reports_itself({{}, 9}));
  EXPECT_EQ(status_of({{}, 9}), Status::Upstream);
  EXPECT_EQ(cause_of("sl-decode", {{}, 9}, "was killed").signal, 9);
}

}  // namespace
}  // namespace sl

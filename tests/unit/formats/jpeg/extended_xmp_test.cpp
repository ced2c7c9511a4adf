// XMP that is split for JPEG's segments, and joined again.

#include "formats/jpeg/extended_xmp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "formats/jpeg/md5.h"

namespace {

using namespace sl::jpeg;

std::string packet(const std::string& properties) {
  return "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:p=\"q\"><rdf:Description " +
         properties + "/></rdf:RDF></x:xmpmeta>";
}

TEST(ExtendedXmp, SumsAreThoseOfRfc1321) {
  EXPECT_EQ(md5(""), "D41D8CD98F00B204E9800998ECF8427E");
  EXPECT_EQ(md5("message digest"), "F96B697D7CB7938D525A2F31AAF161D0");
  EXPECT_EQ(md5(std::string(80, '1').replace(
                0, 80, "12345678901234567890123456789012345678901234567890123456789012345678901234567890")),
            "57EDF4A22BE3C955AC49DA2E2107B67A");
}

TEST(ExtendedXmp, IsJoinedInAnyOrderOfPieces) {
  const std::string large = packet("p:History=\"" + std::string(200000, 'x') + "\"");
  SplitXmp split = split_xmp(large, 65502);
  ASSERT_GT(split.segments.size(), 2u);
  std::ranges::reverse(split.segments);
  ExtendedXmp extended;
  for (const std::string& segment : split.segments) {
    EXPECT_LE(segment.size(), 65533u);
    extended.add(segment);
  }
  std::string first = split.first;
  const auto joined = extended.join(first);
  ASSERT_TRUE(joined);
  EXPECT_NE(joined->find(std::string(200000, 'x')), std::string::npos);
  EXPECT_NE(joined->find("xmlns:p=\"q\""), std::string::npos) << "the namespaces of the second come along";
  EXPECT_EQ(joined->find("HasExtendedXMP"), std::string::npos);
}

TEST(ExtendedXmp, AnIncompleteOneIsLeftOut) {
  SplitXmp split = split_xmp(packet("p:History=\"" + std::string(200000, 'x') + "\""), 65502);
  split.segments.pop_back();
  ExtendedXmp extended;
  for (const std::string& segment : split.segments) extended.add(segment);
  EXPECT_FALSE(extended.join(split.first));
  EXPECT_EQ(split.first.find("HasExtendedXMP"), std::string::npos);
}

TEST(ExtendedXmp, PaddingGoesFirst) {
  const std::string small = packet("p:a=\"b\"");
  const SplitXmp split =
      split_xmp("<?xpacket begin=\"\"?>" + small + std::string(70000, ' ') + "<?xpacket end=\"w\"?>", 65502);
  EXPECT_EQ(split.first, small);
  EXPECT_TRUE(split.segments.empty());
}

}  // namespace

// Photoshop's resources, texts, ICC profiles and claims in XMP, as bytes.

#include <gtest/gtest.h>

#include <string>

#include "formats/metadata/photoshop.h"
#include "formats/metadata/text.h"
#include "formats/metadata/xmp.h"
#include "formats/picture.h"
#include "libcore/base/endian.h"
#include "libcore/pixels/icc.h"

namespace {

using namespace sl;
using namespace std::literals;

TEST(Photoshop, IptcAndOtherResourcesComeBack) {
  const std::string path = "8BIM\x07\xd0\0\0\0\0\0\4path"s;
  const std::string thumbnail = "8BIM\x04\x0c\0\0\0\0\0\3abc\0"s;
  const PhotoshopResources read = read_photoshop(write_photoshop("records", path + thumbnail));
  EXPECT_EQ(read.iptc, "records");
  EXPECT_EQ(read.others, path);
  EXPECT_TRUE(read.thumbnail);
  const std::string all = write_photoshop("records", path);
  for (std::size_t size = 0; size < all.size(); ++size) (void)read_photoshop(std::string_view(all).substr(0, size));
  EXPECT_EQ(write_photoshop({}, {}), "");
}

TEST(Texts, LongOnesAreAnAttachment) {
  Picture picture;
  Texts texts;
  texts.add("Comment", "short");
  texts.add("Comment", "and more");
  texts.add("workflow", std::string(100000, 'x'));
  texts.put(picture);
  ASSERT_EQ(picture.attachments.size(), 1u);
  EXPECT_LT(picture.track.rest.size(), 1000u);
  const auto all = texts_of(picture);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].second, "short\nand more");
  EXPECT_EQ(all[1].second.size(), 100000u);
}

TEST(Icc, ProfilesAreMadeForColoursThatNeedOne) {
  EXPECT_EQ(icc_of({1, 13}, false), "");
  EXPECT_EQ(icc_of({2, 2}, false), "");
  EXPECT_EQ(icc_of({1, 1}, false), "") << "BT.709 is shown as sRGB is";
  for (const Color color : {Color{12, 13}, Color{1, 8}, Color{9, 16}, Color{9, 14}, Color{2, 4}, Color{10, 17}}) {
    const std::string profile = icc_of(color, false);
    ASSERT_GT(profile.size(), 128u);
    EXPECT_EQ(load_be<std::uint32_t>(profile.data()), profile.size());
    EXPECT_EQ(profile.substr(16, 4), "RGB ");
    EXPECT_EQ(profile.find("cicp") != std::string::npos, color.transfer == 16);
  }
  EXPECT_EQ(icc_of({12, 13}, true), "") << "grey has no primaries";
  EXPECT_EQ(icc_of({1, 8}, true).substr(16, 4), "GRAY");
}

TEST(Xmp, ClaimsOfMissingPartsGo) {
  std::string xmp =
      R"(<rdf:RDF><rdf:Description xmlns:g="http://ns.adobe.com/hdr-gain-map/1.0/" g:Version="1.0" xmp:Rating="4")"
      R"( xmlns:c="http://ns.google.com/photos/1.0/container/" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/")"
      R"( GCamera:MotionPhoto="1"><g:Max>2</g:Max><c:Directory><rdf:Seq/></c:Directory><a>b</a></rdf:Description></rdf:RDF>)";
  const XmpClaims claims = remove_xmp_claims(xmp);
  EXPECT_TRUE(claims.gain_map);
  EXPECT_TRUE(claims.video);
  for (const char* gone : {"Version", "g:Max", "c:Directory", "MotionPhoto"}) {
    EXPECT_EQ(xmp.find(gone), std::string::npos) << gone;
  }
  for (const char* kept : {"xmp:Rating=\"4\"", "<a>b</a>"}) EXPECT_NE(xmp.find(kept), std::string::npos) << kept;
  const std::string once = xmp;
  EXPECT_FALSE(remove_xmp_claims(xmp).gain_map);
  EXPECT_EQ(xmp, once);
}

TEST(Xmp, SizesAreThoseOfThePicture) {
  std::string xmp =
      R"(<rdf:RDF><rdf:Description tiff:ImageWidth="4000" exif:PixelYDimension="3000"><tiff:ImageLength>3000</tiff:ImageLength>)"
      R"(</rdf:Description></rdf:RDF>)";
  set_xmp_size(xmp, 7, 123456);
  EXPECT_EQ(xmp,
            R"(<rdf:RDF><rdf:Description tiff:ImageWidth="7" exif:PixelYDimension="123456"><tiff:ImageLength>123456)"
            R"(</tiff:ImageLength></rdf:Description></rdf:RDF>)");
}

}  // namespace

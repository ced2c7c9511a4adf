// Orientation between EXIF, XMP and the track.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "formats/metadata/exif.h"
#include "formats/metadata/orientation.h"
#include "formats/metadata/xmp.h"
#include "formats/picture.h"

namespace sl {
namespace {

// A packet with `description` in rdf:RDF, and padding.
std::string packet(const std::string& description) {
  return "<?xpacket begin='\xef\xbb\xbf' id='W5M0MpCehiHzreSzNTczkc9d'?>\n"
         "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>" +
         description + "</rdf:RDF></x:xmpmeta>\n     \n<?xpacket end='w'?>";
}

std::string as_attribute(int orientation) {
  return packet(
      "<rdf:Description rdf:about='' xmlns:tiff=\"http://ns.adobe.com/tiff/1.0/\" tiff:Make=\"6\"\n "
      "tiff:Orientation=\"" +
      std::to_string(orientation) + "\" xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='6'/>");
}

std::string as_element(int orientation) {
  return packet(
      "<rdf:Description rdf:about='' xmlns:tiff='http://ns.adobe.com/tiff/1.0/'><tiff:Make>6</tiff:Make>"
      "<tiff:Orientation>" +
      std::to_string(orientation) + "</tiff:Orientation></rdf:Description>");
}

std::string with(std::string xmp, int orientation) {
  set_xmp_orientation(xmp, orientation);
  return xmp;
}

TEST(Xmp, TakesAnOrientationInBothForms) {
  for (int from = 1; from <= 8; ++from) {
    for (int to = 1; to <= 8; ++to) {
      EXPECT_EQ(with(as_attribute(from), to), as_attribute(to));
      EXPECT_EQ(with(as_element(from), to), as_element(to));
    }
  }
}

TEST(Xmp, IsReadAsWritersMayWriteIt) {
  const auto changes = [](const std::string& before, const std::string& after) {
    EXPECT_EQ(with(packet(before), 1), packet(after)) << before;
  };
  const std::string uri = "http://ns.adobe.com/tiff/1.0/";
  changes("<rdf:Description t:Orientation = '6' xmlns:t='" + uri + "'/>",
          "<rdf:Description t:Orientation = '1' xmlns:t='" + uri + "'/>");
  changes("<rdf:Description><ns0:Orientation xmlns:ns0=\"" + uri + "\">\n +06 </ns0:Orientation></rdf:Description>",
          "<rdf:Description><ns0:Orientation xmlns:ns0=\"" + uri + "\">\n +01 </ns0:Orientation></rdf:Description>");
  changes("<rdf:Description dc:format='a>b'/><rdf:Description tiff:Orientation='6'></rdf:Description>",
          "<rdf:Description dc:format='a>b'/><rdf:Description tiff:Orientation='1'></rdf:Description>");
  changes(
      "<!-- <a> --><?a <b> ?><rdf:Description><a><![CDATA[<b>]]></a><tiff:Orientation>6<!-- --></tiff:Orientation>",
      "<!-- <a> --><?a <b> ?><rdf:Description><a><![CDATA[<b>]]></a><tiff:Orientation>1<!-- --></tiff:Orientation>");
  std::string bare = "<RDF><Description tiff:Orientation='6'/></RDF>";
  EXPECT_EQ(with(bare, 1), "<RDF><Description tiff:Orientation='1'/></RDF>");
}

TEST(Xmp, KeepsAllElse) {
  for (const std::string& kept : {
           packet("<rdf:Description tiff:Orientation='0'/>"),
           packet("<rdf:Description tiff:Orientation='9'/>"),
           packet("<rdf:Description tiff:Orientation='16'/>"),
           packet("<rdf:Description tiff:Orientation=''/>"),
           packet("<rdf:Description tiff:Orientation='x6'/>"),
           packet("<rdf:Description tiff:Orientation='-6'/>"),
           packet("<rdf:Description tiff:Orientation=' '/>"),
           packet("<rdf:Description tiff:Orientation=6/>"),
           packet("<rdf:Description exif:Orientation='6' Orientation='6' xtiff:Orientation='6'/>"),
           packet("<rdf:Description><dc:description>tiff:Orientation=\"6\"</dc:description></rdf:Description>"),
           packet("<rdf:Description dc:description='tiff:Orientation=\"6\"'/>"),
           packet("<!--<rdf:Description tiff:Orientation='6'/>-->"),
           packet("<rdf:Description><a><![CDATA[<rdf:Description tiff:Orientation='6'/>]]></a></rdf:Description>"),
           // Of a picture that this one was made of.
           packet("<rdf:Description><xmpMM:Pantry><rdf:Bag><rdf:li><rdf:Description tiff:Orientation='6'>"
                  "<tiff:Orientation>6</tiff:Orientation></rdf:Description></rdf:li></rdf:Bag></xmpMM:Pantry>"
                  "</rdf:Description>"),
           std::string("<a tiff:Orientation='6'/>"),
           std::string("tiff:Orientation=\"6\""),
           std::string(),
       }) {
    EXPECT_EQ(with(kept, 1), kept);
  }
}

TEST(Xmp, AnyBytesAreHarmless) {
  std::mt19937 random(1);
  for (const std::string& whole : {as_attribute(6), as_element(6)}) {
    for (std::size_t size = 0; size <= whole.size(); ++size) EXPECT_EQ(with(whole.substr(0, size), 6).size(), size);
    for (int i = 0; i < 20000; ++i) {
      std::string damaged = whole;
      for (int flips = 0; flips < 3; ++flips) damaged[random() % damaged.size()] = "<>/='\" a6\0"[random() % 10];
      EXPECT_EQ(with(damaged, 3).size(), damaged.size());
    }
  }
}

TEST(Xmp, ManyPrefixesAndPropertiesTakeNoTimeWithoutEnd) {
  std::string description = "<rdf:Description";
  for (int i = 0; i < 50000; ++i) {
    description += " xmlns:a" + std::to_string(i) + "='http://ns.adobe.com/tiff/1.0/' b" + std::to_string(i) + "='6'";
  }
  EXPECT_EQ(with(packet(description + " tiff:Orientation='6'/>"), 1), packet(description + " tiff:Orientation='1'/>"));
}

// ---- Both ----

std::string exif(int orientation) { return exif_with_orientation(exif_with_orientation({}, 2), orientation); }
// EXIF with another tag: ImageWidth, 7.
const std::string untagged("II*\0\x08\0\0\0\1\0\0\1\3\0\1\0\0\0\7\0\0\0\0\0\0\0", 26);

Picture taken(int track, std::vector<Attachment> attachments) {
  Picture picture{{}, std::move(attachments)};
  picture.track.orientation = track;
  take_orientation(picture);
  return picture;
}

TEST(Orientation, IsTakenFromExifToTheTrack) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (int other = 1; other <= 8; ++other) {
      const Picture picture =
          taken(1, {{"icc", "6", 0}, {"xmp", as_attribute(other), 0}, {"exif", exif(orientation), 0}});
      EXPECT_EQ(picture.track.orientation, orientation) << "EXIF decides";
      const std::vector<Attachment> wanted{{"icc", "6", 0}, {"xmp", as_attribute(1), 0}, {"exif", exif(1), 0}};
      EXPECT_EQ(picture.attachments, wanted);
    }
    const Picture known = taken(3, {{"exif", exif(orientation), 0}});
    EXPECT_EQ(known.track.orientation, 3) << "the track's own counts";
    EXPECT_EQ(exif_orientation(known.attachments[0].bytes), 1);
  }
}

TEST(Orientation, IsNotTakenFromXmp) {
  for (const std::vector<Attachment>& kept : {
           std::vector<Attachment>{{"xmp", as_attribute(6), 0}},
           std::vector<Attachment>{{"exif", untagged, 0}, {"xmp", as_element(6), 0}},
           std::vector<Attachment>{{"exif", "junk", 0}, {"xmp", as_element(6), 0}},
       }) {
    const Picture picture = taken(1, kept);
    EXPECT_EQ(picture.track.orientation, 1);
    EXPECT_EQ(picture.attachments, kept);
  }
}

TEST(Orientation, IsPutBack) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Picture before{{}, {{"exif", exif(orientation), 0}, {"xmp", as_element(orientation), 0}}};
    Picture picture = before;
    take_orientation(picture);
    put_orientation(picture.attachments, picture.track.orientation);
    EXPECT_EQ(picture.attachments, before.attachments);

    std::vector<Attachment> none, other{{"exif", untagged, 0}, {"xmp", packet(""), 0}};
    put_orientation(none, orientation);
    put_orientation(other, orientation);
    EXPECT_EQ(none.size(), orientation == 1 ? 0u : 1u);
    if (!none.empty()) {
      EXPECT_EQ(exif_orientation(none[0].bytes), orientation);
    }
    EXPECT_EQ(exif_orientation(other[0].bytes).value_or(1), orientation);
    EXPECT_EQ(other[1].bytes, packet("")) << "nothing is added to XMP";
  }
}

}  // namespace
}  // namespace sl

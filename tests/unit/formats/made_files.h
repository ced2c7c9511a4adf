// Files of formats that are only read, 45x37 pixels, made here.

#pragma once

#include <string>

#include "tests/unit/formats/format_fixture.h"

#ifdef SL_WITH_jp2
#include <openjpeg.h>
#endif

namespace sl::test {

inline Bytes make_svg() {
  return bytes_of(
      "<?xml version=\"1.0\"?>\n<!-- a comment that is longer than the first bytes -->\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"45\" height=\"37\" viewBox=\"0 0 45 37\">"
      "<defs><linearGradient id=\"a\"><stop offset=\"0\" stop-color=\"red\"/><stop offset=\"1\" stop-color=\"#00f8\"/>"
      "</linearGradient></defs><rect x=\"3\" y=\"4\" width=\"30\" height=\"20\" fill=\"url(#a)\"/>"
      "<circle cx=\"20\" cy=\"20\" r=\"9\" fill=\"green\" opacity=\"0.5\"/><text x=\"2\" y=\"30\">Ag</text></svg>\n");
}

// A page of 10.8 by 8.88 points: 45x37 pixels at 300 dpi.
inline Bytes make_pdf() {
  const std::string drawing = "1 0 0 rg 2 2 5 4 re f 0 0 1 RG 1 1 m 9 8 l S BT /F 4 Tf 1 5 Td (Ag) Tj ET";
  const std::string objects[] = {
      "<</Type/Catalog/Pages 2 0 R>>",
      "<</Type/Pages/Kids[3 0 R]/Count 1>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 10.8 8.88]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
      "<</Length " + std::to_string(drawing.size()) + ">>stream\n" + drawing + "\nendstream",
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
  };
  std::string file = "%PDF-1.4\n", table = "0000000000 65535 f \n";
  int number = 0;
  for (const std::string& object : objects) {
    const std::string place = std::to_string(file.size());
    table += std::string(10 - place.size(), '0') + place + " 00000 n \n";
    file += std::to_string(++number) + " 0 obj" + object + "\nendobj\n";
  }
  const std::string start = std::to_string(file.size());
  return bytes_of(file + "xref\n0 6\n" + table + "trailer<</Size 6/Root 1 0 R>>\nstartxref\n" + start + "\n%%EOF\n");
}

// A DNG with samples of 16 bits in Bayer's mosaic, little-endian, in one strip at its end.
inline Bytes make_dng() {
  struct Field {
    std::uint16_t tag, type;
    std::uint32_t count, value;
    std::string more = {};
  };
  const auto le = [](std::uint64_t value, std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
    return bytes;
  };
  std::string matrix;  // nearly sRGB's
  for (const int v : {32, -15, -5, -10, 19, 0, 1, -2, 11}) matrix += le(static_cast<std::uint32_t>(v), 4) + le(10, 4);
  std::string neutral;
  for (int i = 0; i < 3; ++i) neutral += le(1, 4) + le(1, 4);
  std::vector<Field> fields{{254, 4, 1, 0},
                            {256, 4, 1, 45},
                            {257, 4, 1, 37},
                            {258, 3, 1, 16},
                            {259, 3, 1, 1},
                            {262, 3, 1, 32803},
                            {271, 2, 5, 0, "Test"},
                            {272, 2, 6, 0, "Maker"},
                            {273, 4, 1, 0},
                            {277, 3, 1, 1},
                            {278, 4, 1, 37},
                            {279, 4, 1, 45 * 37 * 2},
                            {33421, 3, 2, 2 | 2 << 16},
                            {33422, 1, 4, 0x02010100},
                            {50706, 1, 4, 0x00000401},
                            {50708, 2, 11, 0, "Test Maker"},
                            {50717, 4, 1, 65535},
                            {50721, 10, 9, 0, matrix},
                            {50728, 5, 3, 0, neutral},
                            {50778, 3, 1, 21}};
  std::uint32_t place = 8 + 2 + static_cast<std::uint32_t>(fields.size()) * 12 + 4;
  std::string data;
  for (Field& field : fields) {
    if (field.more.empty()) continue;
    if (field.type == 2) field.more += '\0';
    if (field.more.size() <= 4) continue;
    field.value = place + static_cast<std::uint32_t>(data.size());
    data += field.more;
    if (data.size() % 2 != 0) data += '\0';
  }
  std::string file = std::string("II*\0", 4) + le(8, 4) + le(fields.size(), 2);
  for (const Field& field : fields) {
    const std::uint32_t value = field.tag == 273 ? place + static_cast<std::uint32_t>(data.size()) : field.value;
    file += le(field.tag, 2) + le(field.type, 2) + le(field.count, 4) + le(value, 4);
  }
  file += le(0, 4) + data;
  for (std::uint32_t i = 0; i < 45 * 37; ++i) file += le(1000 + i * 30 + (i % 45 > 20 ? 9000 : 0), 2);
  return bytes_of(file);
}

#ifdef SL_WITH_jp2
inline Bytes make_jpeg_2000(OPJ_CODEC_FORMAT kind, OPJ_UINT32 components, OPJ_UINT32 bits, bool alpha) {
  std::vector<opj_image_cmptparm_t> parts(components);
  for (auto& part : parts) part = {1, 1, 45, 37, 0, 0, bits, bits, 0};
  opj_image_t* const image =
      opj_image_create(components, parts.data(), components >= 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
  image->x1 = 45;
  image->y1 = 37;
  for (OPJ_UINT32 c = 0; c < components; ++c) {
    for (int i = 0; i < 45 * 37; ++i) image->comps[c].data[i] = (i * 7 + static_cast<int>(c) * 50) % (1 << bits);
  }
  if (alpha) image->comps[components - 1].alpha = 1;
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.numresolution = 3;
  opj_codec_t* const codec = opj_create_compress(kind);
  opj_setup_encoder(codec, &parameters, image);
  struct Out {
    Bytes bytes;
    std::size_t at = 0;
  } out;
  opj_stream_t* const stream = opj_stream_default_create(OPJ_FALSE);
  opj_stream_set_user_data(stream, &out, nullptr);
  opj_stream_set_write_function(stream, [](void* from, OPJ_SIZE_T count, void* self) {
    auto& to = *static_cast<Out*>(self);
    to.bytes.resize(std::max(to.bytes.size(), to.at + count));
    std::memcpy(to.bytes.data() + to.at, from, count);
    to.at += count;
    return count;
  });
  opj_stream_set_skip_function(stream, [](OPJ_OFF_T count, void* self) {
    static_cast<Out*>(self)->at += static_cast<std::size_t>(count);
    return count;
  });
  opj_stream_set_seek_function(stream, [](OPJ_OFF_T to, void* self) -> OPJ_BOOL {
    static_cast<Out*>(self)->at = static_cast<std::size_t>(to);
    return OPJ_TRUE;
  });
  EXPECT_TRUE(opj_start_compress(codec, image, stream) && opj_encode(codec, stream) && opj_end_compress(codec, stream));
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
  return out.bytes;
}
inline Bytes make_jp2() { return make_jpeg_2000(OPJ_CODEC_JP2, 3, 8, false); }
inline Bytes make_gray_j2k() { return make_jpeg_2000(OPJ_CODEC_JP2, 2, 12, true); }
#endif

}  // namespace sl::test

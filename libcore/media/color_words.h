// Words of users for the colors of ITU-T H.273: FFmpeg's, and shorter ones.

#pragma once

#include <string_view>

#include "libcore/base/parse.h"
#include "libcore/media/color.h"

namespace sl {

inline constexpr Name<int> primaries_words[] = {
    {"bt709", 1},     {"bt470m", 4}, {"bt470bg", 5},   {"bt601-625", 5}, {"smpte170m", 6}, {"bt601-525", 6},
    {"smpte240m", 7}, {"bt2020", 9}, {"smpte428", 10}, {"xyz", 10},      {"smpte431", 11}, {"dci-p3", 11},
    {"smpte432", 12}, {"p3", 12},    {"srgb", 1},      {"rec709", 1},    {"rec2020", 9},   {"display-p3", 12}};
inline constexpr Name<int> transfer_words[] = {
    {"bt709", 1},      {"gamma22", 4},       {"gamma28", 5},   {"smpte170m", 6},     {"smpte240m", 7},
    {"linear", 8},     {"iec61966-2-1", 13}, {"srgb", 13},     {"bt2020-10", 14},    {"bt2020-12", 15},
    {"smpte2084", 16}, {"pq", 16},           {"smpte428", 17}, {"arib-std-b67", 18}, {"hlg", 18}};
inline constexpr Name<int> matrix_words[] = {
    {"rgb", 0},       {"gbr", 0},   {"bt709", 1},    {"fcc", 4},    {"bt470bg", 5}, {"smpte170m", 6}, {"bt601", 6},
    {"smpte240m", 7}, {"ycgco", 8}, {"bt2020nc", 9}, {"bt2020", 9}, {"rec709", 1},  {"rec2020", 9}};
inline constexpr Name<Range> range_words[] = {{"full", Range::Full}, {"limited", Range::Limited},
                                              {"pc", Range::Full},   {"tv", Range::Limited},
                                              {"jpeg", Range::Full}, {"mpeg", Range::Limited}};
inline constexpr Name<Chroma> chroma_words[] = {{"left", Chroma::Left},
                                                {"center", Chroma::Center},
                                                {"centre", Chroma::Center},
                                                {"topleft", Chroma::TopLeft},
                                                {"top-left", Chroma::TopLeft}};

}  // namespace sl

// Tables of ITU-T H.273 (07/2021), 8.1 to 8.3, limited to the values met in practice.

#include "libcore/media/color_names.h"

#include <map>
#include <string_view>

namespace sl {

namespace {

using Names = std::map<int, std::string_view>;

std::string name_in(const Names& names, int number) {
  const auto found = names.find(number);
  return found == names.end() ? std::to_string(number) : std::string(found->second);
}

}  // namespace

std::string primaries_name(int number) {
  static const Names names{{1, "BT.709/sRGB"},  {2, "unknown"},    {4, "BT.470 M"},   {5, "BT.601 (625)"},
                           {6, "BT.601 (525)"}, {7, "SMPTE 240M"}, {8, "film"},       {9, "BT.2020"},
                           {10, "XYZ"},         {11, "DCI-P3"},    {12, "Display P3"}};
  return name_in(names, number);
}

std::string transfer_name(int number) {
  static const Names names{{1, "BT.709"},   {2, "unknown"}, {4, "gamma 2.2"}, {5, "gamma 2.8"},
                           {6, "BT.601"},   {8, "linear"},  {13, "sRGB"},     {14, "BT.2020"},
                           {15, "BT.2020"}, {16, "PQ"},     {18, "HLG"}};
  return name_in(names, number);
}

std::string matrix_name(int number) {
  static const Names names{{0, "RGB"},    {1, "BT.709"},  {2, "unknown"},
                           {5, "BT.601"}, {6, "BT.601"},  {7, "SMPTE 240M"},
                           {8, "YCgCo"},  {9, "BT.2020"}, {10, "BT.2020 constant luminance"},
                           {14, "ICtCp"}};
  return name_in(names, number);
}

}  // namespace sl

// Names, and files of profiles.

#include "libcore/pixels/color_target.h"

#include <fstream>
#include <iterator>

#include "libcore/base/limits.h"
#include "libcore/base/parse.h"
#include "libcore/pixels/icc.h"
#include "libcore/pixels/icc_profile.h"

namespace sl {

namespace {

enum class Named { Srgb, P3, Rec709, Rec2020, Pq, Hlg, Linear, AdobeRgb, ProPhoto, Gray };
constexpr Name<Named> names[] = {{"srgb", Named::Srgb},
                                 {"sRGB", Named::Srgb},
                                 {"p3", Named::P3},
                                 {"display-p3", Named::P3},
                                 {"rec709", Named::Rec709},
                                 {"bt709", Named::Rec709},
                                 {"rec2020", Named::Rec2020},
                                 {"bt2020", Named::Rec2020},
                                 {"pq", Named::Pq},
                                 {"hlg", Named::Hlg},
                                 {"linear", Named::Linear},
                                 {"scrgb", Named::Linear},
                                 {"adobe-rgb", Named::AdobeRgb},
                                 {"adobergb", Named::AdobeRgb},
                                 {"prophoto", Named::ProPhoto},
                                 {"gray", Named::Gray},
                                 {"grey", Named::Gray},
                                 {"b-w", Named::Gray}};

ColorTarget named(Named name) {
  switch (name) {
    case Named::Srgb:
      return {{1, 13, {}}, 2, false, {}};
    case Named::P3:
      return {{12, 13, {}}, 2, false, {}};
    case Named::Rec709:
      return {{1, 1, {}}, 1, false, {}};
    case Named::Rec2020:
      return {{9, 14, {}}, 9, false, {}};
    case Named::Pq:
      return {{9, 16, {}}, 9, false, {}};
    case Named::Hlg:
      return {{9, 18, {}}, 9, false, {}};
    case Named::Linear:
      return {{1, 8, {}}, 2, false, {}};
    case Named::AdobeRgb:  // Adobe RGB (1998) Color Image Encoding, 4.3.1
      return {
          {2, 2, make_icc({{31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000}, 2, 2, 563.0 / 256})}, 2, false, {}};
    case Named::ProPhoto:  // ISO 22028-2, ROMM RGB; its straight piece at black is left out, as profiles do
      return {{2, 2, make_icc({{34570, 35850, 73470, 26530, 15960, 84040, 3660, 10}, 2, 2, 1.8})}, 2, false, {}};
    case Named::Gray:
      break;
  }
  return {{1, 13, {}}, 2, true, {}};
}

}  // namespace

void parse_value(std::string_view option, std::string_view text, ColorTarget& target) {
  if (const auto name = find_name(text, names)) {
    target = named(*name);
  } else if (text.ends_with(".icc") || text.ends_with(".icm")) {
    const std::string path(text);
    std::ifstream file(path, std::ios::binary);
    if (!file) throw system_error(Status::NoInput, path);
    std::string& profile = target.space.profile;
    profile.assign(std::istreambuf_iterator<char>(file), {});
    check_metadata(path, profile.size(), "the profile");
    const IccProfile read(profile, path);
    if (read.colors() == IccProfile::Colors::Lab) throw Error(Status::Data, path + ": a profile for Lab colors");
    target.gray = read.colors() == IccProfile::Colors::Gray;
  } else {
    bad_value(option, text, "is not " + std::string(color_target_names));
  }
  target.text = text;
}

}  // namespace sl

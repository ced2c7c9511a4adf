// Json declared but not defined, for headers: json.h costs each file that includes it a second of compiling.

#pragma once

#include <nlohmann/json_fwd.hpp>

namespace sl {

using Json = nlohmann::ordered_json;

}  // namespace sl

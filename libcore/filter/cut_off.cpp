// The report of samples beyond full scale.

#include "libcore/filter/cut_off.h"

#include <string>

#include "libcore/base/report.h"
#include "libcore/wire/events.h"

namespace sl {

void report_cut_off(Writer& out, std::uint16_t track, std::uint64_t samples) {
  if (samples == 0) return;
  const std::string many = std::to_string(samples) + " samples are beyond full scale and are cut off";
  warn("track " + std::to_string(track) + ": " + many);
  write_not_carried(out, track, "sound beyond full scale", many);
}

}  // namespace sl

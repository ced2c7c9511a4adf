// Filling tables.

#include "libcore/pixels/float_table.h"

#include <utility>

namespace sl {

FloatTable::FloatTable(std::function<double(double)> function)
    : function_(std::move(function)),
      table_((std::size_t{octaves + octaves_above_white} << bits_of_octave) + 1),
      zero_(exactly(0)) {
  for (std::size_t i = 0; i < table_.size(); ++i) {
    table_[i] =
        exactly(std::bit_cast<float>(std::bit_cast<std::uint32_t>(smallest) + static_cast<std::uint32_t>(i << rest)));
  }
}

}  // namespace sl

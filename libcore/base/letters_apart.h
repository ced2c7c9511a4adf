// How much two names differ, to suggest one for another that is mistyped.

#pragma once

#include <cstddef>
#include <string_view>

namespace sl {

// Return how many letters to change, add or leave out, without regard to case (V. Levenshtein, 1966).
[[nodiscard]] std::size_t letters_apart(std::string_view a, std::string_view b);

}  // namespace sl

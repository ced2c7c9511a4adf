// Layers whose inputs have ended and come back: FIFOs after another writer's end, and what was lost.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/media/track.h"
#include "libcore/stage/inputs.h"
#include "libcore/wire/stream_header.h"

namespace sl {

class ReturningLayers {
 public:
  // The inputs outlive it.
  explicit ReturningLayers(Inputs& inputs) : inputs_(inputs), layers_(inputs.size()) {}

  // Whether an input is begun again, and its stream of before is over.
  [[nodiscard]] bool is_away(std::size_t input) const { return layers_[input].state != State::Here; }
  // Begin an input that has ended again, and read what there is of it, without a wait. Return the FRAME or END after
  // its header, which the reader is at, once that has come. Under a live master (`is_live`) another stream that follows
  // in the input is taken too; else it belongs to the next stream of the master. The input may be lost by it.
  [[nodiscard]] std::optional<wire::Header> take(std::size_t input, bool is_live);
  // Do without what has come.
  void refuse(std::size_t input);

 private:
  enum class State : std::uint8_t { Here, Asked, Came };
  struct Layer {
    State state = State::Here;
    StreamHeader header;
  };
  void ask_again(std::size_t input, bool is_live);
  std::optional<wire::Header> read_header(std::size_t input);

  Inputs& inputs_;
  std::vector<Layer> layers_;
};

}  // namespace sl

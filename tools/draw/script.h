// A script that draws: Lua 5.4, locked in. It has no files, no processes, no modules and no compiled code, and its
// steps, memory and time are bounded.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "images.h"
#include "tools/canvas/frames.h"
#include "variables.h"

namespace sl::drawing {

class Script {
 public:
  struct Limits {
    std::int64_t steps = 100'000'000;               // instructions in a frame
    std::int64_t memory = std::int64_t{256} << 20;  // bytes
    double seconds = 10;                            // in a frame, also inside functions of Lua's library
  };
  // Run the script `text` once, which sets the function draw(canvas, ctx). Call it in the sandbox. `texts` and `images`
  // outlive it. Throw Data for an error of the script, with its name and line; Limit.
  Script(std::string name, const std::string& text, const Limits& limits, Texts& texts, const Images& images);
  ~Script();
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  // Call draw() for a frame. Throw as the constructor does.
  void draw(const Moment& moment, const Variables& variables, Canvas& canvas);

 private:
  struct State;
  static std::vector<std::shared_ptr<State>>& lost_states();

  std::shared_ptr<State> state_;  // kept by a thread that does not end
};

}  // namespace sl::drawing

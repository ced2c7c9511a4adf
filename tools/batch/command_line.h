// The pipeline of a batch: "sl-resize 800x | sl-blur 2", cut into stages and words as a shell does. Nothing else of a
// shell is there.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sl::batch {

using Words = std::vector<std::string>;

struct CommandLine {
  std::vector<Words> stages;  // between decoder and encoder
  Words decoder, encoder;     // options of a first sl-decode and a last sl-encode
};

// Cut at blanks and at |; '...', "..." and a backslash keep both. Throw Usage for anything else that a shell
// would act on, for a stage without a command, and for a command that is no stage of this installation.
[[nodiscard]] CommandLine parse_command_line(std::string_view text);

}  // namespace sl::batch

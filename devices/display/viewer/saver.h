// Pictures saved while they are shown, by sl-encode, in the folder that the viewer was started in.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "devices/display/viewer/picture.h"

namespace sl::viewer {

class Saver {
 public:
  // Forks, before the sandbox and before any thread: a process that waits, and becomes sl-encode when the first picture
  // comes.
  Saver();
  Saver(const Saver&) = delete;
  Saver& operator=(const Saver&) = delete;
  ~Saver();

  // Return its future name in the folder, or "" after a failure (sl-encode has printed the reason).
  std::string save(const Picture& picture);
  // The names of all that were saved.
  [[nodiscard]] const std::vector<std::string>& saved() const;
  // Nothing more is saved. Throws what sl-encode failed of.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl::viewer

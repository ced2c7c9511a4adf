// Input from a terminal, sorted: keys, and its answers to questions.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sl::terminal {

// One thing that came. Keys are characters, and `left`, `right`, `escape`.
struct Reply {
  enum class Kind { Key, Left, Right, Escape, Attributes, Ready, CellSize, KittyGraphics, Other } kind = Kind::Other;
  char key = 0;
  bool sixel = false;                   // Attributes: knows sixels
  bool good = false;                    // KittyGraphics: knows them
  int cell_width = 0, cell_height = 0;  // CellSize
};

// Bytes in, replies out. Any input, from the terminal or from programs beyond it, is kept up to 4 KiB at most.
class ReplyReader {
 public:
  void add(std::string_view bytes);
  // `quiet`: no input for a while, so that a lone escape character is the key.
  std::optional<Reply> next(bool quiet);

 private:
  std::string bytes_;
};

// The questions.
inline constexpr std::string_view ask_ready = "\033[5n";
inline constexpr std::string_view ask_all =
    "\033_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\033\\"  // a picture of one pixel: only who knows them answers
    "\033[16t"                                    // the size of a character
    "\033[c";                                     // who are you: everybody answers that, and so it comes last

}  // namespace sl::terminal

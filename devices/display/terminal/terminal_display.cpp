// A film in a terminal goes as fast as its line: each picture ends with a question that the terminal answers when it
// has come to it, and no third one is sent before the first is answered for. Bytes in the buffers of an ssh connection
// would otherwise be seconds of delay.

#include "devices/display/terminal/terminal_display.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "libcore/media/clock.h"
#include "libcore/process/signals.h"

namespace sl::terminal {

namespace {

using viewer::Command;

constexpr int max_in_flight = 2;
constexpr std::int64_t patience = 2 * ns_per_second;  // for an answer
constexpr Size usual_cell{0, 0, 8, 16};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Guess the colours from the terminal's name.
Colors colors_by_name() {
  const std::string term = environment("TERM"), more = environment("COLORTERM");
  if (more == "truecolor" || more == "24bit") return Colors::Full;
  for (const std::string_view name : {"direct", "kitty", "alacritty", "foot", "wezterm", "ghostty", "contour"}) {
    if (term.find(name) != std::string::npos) return Colors::Full;
  }
  return term.find("256") != std::string::npos ? Colors::Some256 : Colors::Some16;
}

std::optional<Command> command_of(const Reply& reply) {
  if (reply.kind == Reply::Kind::Right) return Command::Forward;
  if (reply.kind == Reply::Kind::Left) return Command::Back;
  if (reply.kind == Reply::Kind::Escape) return Command::Quit;
  if (reply.kind != Reply::Kind::Key) return std::nullopt;
  switch (reply.key) {
    case ' ':
      return Command::Pause;
    case 's':
      return Command::Save;
    case 'i':
      return Command::Information;
    case 'q':
      return Command::Quit;
    default:
      return std::nullopt;
  }
}

std::string at(int row, int column) { return "\033[" + std::to_string(row) + ";" + std::to_string(column) + "H"; }

}  // namespace

TerminalDisplay::TerminalDisplay(const Options& options) : options_(options), size_(tty_.size()) {
  canvas_.colors = options.colors.value_or(colors_by_name());
  if (const std::string term = environment("TERM"); !term.empty() && term != "dumb") ask();
  canvas_.graphics = options.graphics.value_or(kitty_ ? Graphics::Kitty : sixel_ ? Graphics::Sixel : Graphics::Blocks);
  fit();
}

TerminalDisplay::~TerminalDisplay() {
  const std::int64_t until = monotonic_now() + patience;
  while (in_flight_ > 0 && !tty_.is_gone() && monotonic_now() < until) {
    tty_.flush();
    pollfd p{tty_.fd(), events(), 0};
    constexpr int step = 50;  // milliseconds
    poll(&p, 1, step);
    replies_.add(tty_.read());
    while (const auto reply = replies_.next(false)) take(*reply);
  }
  if (!answers_ || in_flight_ > 0) tty_.discard_input();
}

// Waits a second at most for what everybody answers.
void TerminalDisplay::ask() {
  tty_.write(ask_all);
  const std::int64_t until = monotonic_now() + ns_per_second;
  while (!known_ && interrupted() == 0) {
    const std::int64_t rest = until - monotonic_now();
    if (rest <= 0) {
      answers_ = false;
      return;
    }
    pollfd p{tty_.fd(), POLLIN, 0};
    poll(&p, 1, static_cast<int>(rest / 1'000'000) + 1);
    if ((p.revents & (POLLERR | POLLHUP)) != 0) return;
    replies_.add(tty_.read());
    while (const auto reply = replies_.next(false)) take(*reply);
  }
}

void TerminalDisplay::take(const Reply& reply) {
  if (reply.kind == Reply::Kind::Attributes) {
    known_ = true;
    sixel_ = reply.sixel;
  } else if (reply.kind == Reply::Kind::KittyGraphics) {
    kitty_ = kitty_ || reply.good;
  } else if (reply.kind == Reply::Kind::CellSize && reply.cell_width < 1000 && reply.cell_height < 1000) {
    cell_width_ = reply.cell_width;
    cell_height_ = reply.cell_height;
  } else if (reply.kind == Reply::Kind::Ready) {
    in_flight_ = std::max(in_flight_ - 1, 0);
  } else if (const auto command = command_of(reply)) {
    commands_.push_back(*command);
  }
}

// The canvas is as large as was wished for, or as the terminal.
void TerminalDisplay::fit() {
  canvas_.size = options_.size.value_or(size_);
  const bool told = cell_width_ > 0 && cell_height_ > 0;
  canvas_.size.cell_width = size_.cell_width > 0 ? size_.cell_width : told ? cell_width_ : usual_cell.cell_width;
  canvas_.size.cell_height = size_.cell_height > 0 ? size_.cell_height : told ? cell_height_ : usual_cell.cell_height;
}

void TerminalDisplay::begin_film() {
  film_ = true;
  tty_.needs_reset();
  tty_.write("\033[?1049h\033[?25l\033[?7l\033[2J");
}

void TerminalDisplay::show(const viewer::Image& image, const std::vector<std::string>& lines, Kind kind) {
  if (kind == Kind::Still && !film_) {
    Canvas canvas = canvas_;
    if (!options_.size) canvas.size.rows = std::max(canvas.size.rows - 1, 1);  // for the prompt
    const Place place = place_for(image, canvas, options_.size || canvas.graphics == Graphics::Blocks);
    tty_.write(draw(image, canvas, place));
    //     // Kitty leaves the cursor in place, sixels on their last line or the next one.
    tty_.write(canvas.graphics == Graphics::Kitty ? std::string(static_cast<std::size_t>(place.rows), '\n') : "\n");
    while (!tty_.flush() && interrupted() == 0) tty_.drain(monotonic_now() + ns_per_second);
    return;
  }
  if (!film_) begin_film();
  std::string text = std::exchange(resized_, false) ? "\033[2J" : "";
  const Place place = place_for(image, canvas_, true);
  const int top = (canvas_.size.rows - place.rows) / 2 + 1, left = (canvas_.size.columns - place.columns) / 2 + 1;
  text += at(top, left);
  int row = top;
  const std::string drawn = draw(image, canvas_, place);
  if (canvas_.graphics == Graphics::Blocks) {
    for (const char character : drawn) {
      if (character == '\n') {
        text += at(++row, left);
      } else {
        text += character;
      }
    }
  } else {
    text += drawn;
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += at(static_cast<int>(i) + 1, 1) + "\033[0;7m" +
            lines[i].substr(0, static_cast<std::size_t>(canvas_.size.columns)) + "\033[0m";
  }
  if (answers_) {
    text += ask_ready;
    ++in_flight_;
  }
  sent_ = monotonic_now();
  tty_.write(text);
}

bool TerminalDisplay::ready() {
  if (!tty_.flush()) return false;
  if (in_flight_ >= max_in_flight && monotonic_now() - sent_ > patience) {
    answers_ = false;  // it answered once; now only the line's speed counts
    in_flight_ = 0;
  }
  return in_flight_ < max_in_flight;
}

short TerminalDisplay::events() const { return tty_.is_flushed() ? POLLIN : POLLIN | POLLOUT; }

std::optional<Command> TerminalDisplay::command() {
  const std::string bytes = tty_.read();
  if (tty_.is_gone()) return Command::Quit;
  replies_.add(bytes);
  while (const auto reply = replies_.next(bytes.empty())) take(*reply);
  if (const Size now = tty_.size(); now != size_) {
    size_ = now;
    fit();
    resized_ = true;
    if (film_) commands_.push_back(Command::Redraw);
  }
  if (commands_.empty()) return std::nullopt;
  const Command first = commands_.front();
  commands_.erase(commands_.begin());
  return first;
}

PrintedDisplay::PrintedDisplay(const Options& options)
    : out_(Target::descriptor(dup(STDOUT_FILENO), "standard output")) {
  canvas_.graphics = options.graphics.value_or(Graphics::Blocks);
  canvas_.colors = options.colors.value_or(Colors::Full);
  canvas_.size = options.size.value_or(Size{});
  canvas_.size.cell_width = usual_cell.cell_width;
  canvas_.size.cell_height = usual_cell.cell_height;
}

PrintedDisplay::~PrintedDisplay() = default;

void PrintedDisplay::show(const viewer::Image& image, const std::vector<std::string>&, Kind) {
  const std::string text = draw(image, canvas_, place_for(image, canvas_, true)) + "\n";
  out_.write(std::as_bytes(std::span(text)));
  out_.mark();
  out_.flush();
}

}  // namespace sl::terminal

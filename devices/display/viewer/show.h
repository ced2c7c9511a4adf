// The viewer: pictures at their times, and the user's commands.
//
// Recorded pictures are shown when they are due, by the sound if there is any, and skipped if they would
// come too late. Of a live stream the newest is shown. One thread does it all: it waits for the input, the user and the
// clock at once, and reads one record at a time.

#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "devices/display/viewer/display.h"
#include "devices/display/viewer/intake.h"
#include "devices/display/viewer/playback_clock.h"
#include "devices/display/viewer/saver.h"

namespace sl::viewer {

class Renderer;

class Show {
 public:
  struct Settings {
    bool hold = false;         // the last picture stays until the user quits
    bool information = false;  // laid over from the start
    int watched_output = -1;   // its reader going away ends the show
    std::string name;          // of the file that is shown; empty: the track names it
  };
  // All outlive it. `saver` may be null.
  Show(Intake& intake, Display& display, Saver* saver, const Settings& settings);
  ~Show();

  // Until the input and its last picture are over, the user quits, or an interrupt has been obeyed.
  void run();

 private:
  void obey(Command command);
  void go_forward();
  [[nodiscard]] bool wants_input() const;
  bool present();
  bool present_live();
  bool present_recorded(std::int64_t now);
  void show(const PicturePointer& picture);
  void draw();
  void set_title(const Track& track);
  [[nodiscard]] bool is_over(std::int64_t now) const;
  void wait(std::int64_t now);
  void save();
  [[nodiscard]] std::vector<std::string> lines() const;
  void tell(std::string text);

  Intake& intake_;
  Display& display_;
  Saver* saver_;
  const Settings& settings_;
  std::unique_ptr<Renderer> renderer_;
  PlaybackClock clock_;
  std::shared_ptr<const Track> titled_;
  std::deque<PicturePointer> history_;  // shown lately; the last one is the newest
  std::size_t back_ = 0;                // the shown picture is so many before the newest one
  bool information_, paused_ = false, quit_ = false, step_ = false;
  std::uint64_t shown_ = 0, late_ = 0;
  std::string message_;
  std::int64_t message_until_ = 0, last_shown_ = 0;
};

}  // namespace sl::viewer

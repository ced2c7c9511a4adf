// The one exception type, and the exit statuses that every stage shares.

#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sl {

// Exit statuses: those of sysexits.h, and 79 for what BSD had no word for.
enum class Status : int {
  Ok = 0,
  Usage = 64,         // wrong options or arguments
  Data = 65,          // input bytes are bad or truncated
  NoInput = 66,       // no such input
  Unavailable = 69,   // a service is gone
  Bug = 70,           // our own fault
  Resources = 71,     // no process, thread, memory or descriptor to be had
  Missing = 72,       // a part of the installation is missing
  CannotCreate = 73,  // output cannot be created
  Io = 74,            // reading or writing failed (disk full)
  TryAgain = 75,
  Wire = 76,  // not our wire, or a wrong version of it
  NotPermitted = 77,
  Limit = 78,     // over a limit; the message names the option that raises it
  Upstream = 79,  // the failure is upstream
  // Not statuses to exit with but to die of the signal with, once everything is cleared away.
  Interrupted = 130,
  ReaderGone = 141,
};

// The first cause of a failure, as an ABORT record carries it.
struct Cause {
  std::string tool;           // command name, as "sl-decode"
  std::string host;           // where it ran
  std::optional<int> code;    // its exit status; nothing if it did not live to have one
  std::optional<int> signal;  // the signal it died of, where known
  std::string message;        // one line, without the tool's name
};

// Every failure. `what()` is one line without the tool's name: "photo.jpg: truncated after row 280 of 442".
class Error : public std::runtime_error {
 public:
  Error(Status status, const std::string& message) : std::runtime_error(message), status_(status) {}

  // A failure that another process met first. `status` is 79, or that of a helper this stage started itself.
  // `already_reported`: it has been printed on this standard error.
  static Error upstream(Status status, Cause cause, bool already_reported);

  [[nodiscard]] Status status() const { return status_; }
  [[nodiscard]] const std::optional<Cause>& cause() const { return cause_; }
  [[nodiscard]] bool already_reported() const { return already_reported_; }

 private:
  Status status_;
  std::optional<Cause> cause_;
  bool already_reported_ = false;
};

// An Error made of errno: "NAME: No space left on device". Takes errno as it stands when called.
[[nodiscard]] Error system_error(Status status, std::string_view name);

// `text` made safe for a terminal and for a log: control characters and bytes that are not UTF-8 come out as \xNN, and
// what is over `limit` bytes is cut with "...".
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 1000);

}  // namespace sl

// Error, the one exception type, and the exit statuses of every stage.

#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sl {

// Exit statuses as in sysexits.h, and 79.
enum class Status : int {
  Ok = 0,
  Usage = 64,         // wrong options or arguments
  Data = 65,          // input bytes are bad or truncated
  NoInput = 66,       // no such input
  Unavailable = 69,   // a service does not answer
  Bug = 70,           // a fault of streamlib
  Resources = 71,     // out of processes, threads, memory or descriptors
  Missing = 72,       // a part of the installation is missing
  CannotCreate = 73,  // output cannot be created
  Io = 74,            // reading or writing failed (disk full)
  TryAgain = 75,
  Wire = 76,  // not the wire format, or another version of it
  NotPermitted = 77,
  Limit = 78,     // over a limit; the message names the option that raises it
  Upstream = 79,  // an earlier stage failed
  // After cleaning up, a stage with one of these raises the signal instead of exiting.
  Interrupted = 130,
  ReaderGone = 141,
};

// The first cause of a failure, as in an ABORT record.
struct Cause {
  std::string tool;           // the command's name: "sl-decode"
  std::string host;           // the machine it ran on
  std::optional<int> code;    // its exit status; empty if a signal killed it
  std::optional<int> signal;  // the signal that killed it, if known
  std::string message;        // one line, without the tool's name
};

// A failure. `what()` is one line without the tool's name: "photo.jpg: truncated after row 280 of 442".
class Error : public std::runtime_error {
 public:
  Error(Status status, const std::string& message) : std::runtime_error(message), status_(status) {}

  // A failure that began in another process. `status` is 79, or the exit status of a helper of this stage.
  // `already_reported`: that process has printed the error on this standard error.
  static Error upstream(Status status, Cause cause, bool already_reported);

  [[nodiscard]] Status status() const { return status_; }
  [[nodiscard]] const std::optional<Cause>& cause() const { return cause_; }
  [[nodiscard]] bool already_reported() const { return already_reported_; }

 private:
  Status status_;
  std::optional<Cause> cause_;
  bool already_reported_ = false;
};

// Return an Error for the current errno: "NAME: No space left on device".
[[nodiscard]] Error system_error(Status status, std::string_view name);

// Return `text` made safe for terminals and logs: control characters and bytes that are not UTF-8 become \xNN; after
// `limit` bytes the text ends with "...".
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 1000);

}  // namespace sl

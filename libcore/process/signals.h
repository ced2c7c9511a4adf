// Interrupts: the first asks for a proper end, the second ends at once (docs/wire-format.md, How it ends, 8).

#pragma once

#include <functional>
#include <thread>

namespace sl {

// Install handlers for SIGINT, SIGTERM and SIGHUP, except ignored ones (a background job stays one), and set SIGPIPE to
// its default. Call once, first.
void catch_signals();
// Seconds between the first interrupt and check_interrupt() throwing.
void set_patience(double seconds);

// The signal of the first interrupt, or 0.
[[nodiscard]] int interrupted();
// Throw Error(Interrupted) if the patience since the first interrupt is over. Call after every interrupted system call.
void check_interrupt();
// Throw Error(Interrupted): the stream ends before its end.
[[noreturn]] void fail_interrupted();

// From now on this signal asks the stage for something (to read a file again, to write what it keeps), also if it was
// ignored, and is no interrupt. One signal of a stage may. Call it before the sandbox.
void catch_request(int signal);
// Return whether it has come since the last call.
[[nodiscard]] bool take_request();

// Start a thread that no interrupt reaches: interrupts end the system calls of the main thread.
[[nodiscard]] std::thread start_quiet_thread(const std::function<void()>& body);

// End this process by a signal, as if it were not caught.
[[noreturn]] void die_of(int signal);

// Set the file to unlink if a second interrupt ends the process at once: file systems without O_TMPFILE need temporary
// files. Null: none. The caller keeps the text.
void unlink_when_killed(int directory, const char* name);

}  // namespace sl

// Interrupts: the first asks for a proper end, the second ends at once (docs/wire-format.md, How it ends, 8).

#pragma once

namespace sl {

// Handlers for SIGINT, SIGTERM and SIGHUP (those that are not ignored: a background job stays one), SIGPIPE set to its
// default. Called once, first thing.
void catch_signals();
// Seconds between the first interrupt and check_interrupt() throwing.
void set_patience(double seconds);

// The signal of the first interrupt, or 0.
[[nodiscard]] int interrupted();
// Throws Error(Interrupted) when the patience since then is at its end; called wherever a system call was interrupted.
void check_interrupt();
// Throw Error(Interrupted): the stream ends before its end.
[[noreturn]] void fail_interrupted();

// Ends this process by a signal, as if it had never been caught.
[[noreturn]] void die_of(int signal);

// A file to be unlinked if a second interrupt ends the process on the spot: the only temporary files are those of file
// systems without O_TMPFILE. Null: none. The text stays the caller's.
void unlink_when_killed(int directory, const char* name);

}  // namespace sl

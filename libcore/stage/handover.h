// The private options by which one stage starts another, or becomes another. They are written, declared, read and
// hidden here only.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sl {

class Source;
struct OptionSpec;

struct Handover {
  std::int64_t parent = 0;   // the process to die with
  std::int64_t writer = 0;   // the child of this process that writes to its standard input
  std::int64_t head = -1;    // a memory file of the bytes before the first one of standard input
  std::int64_t remote = -1;  // the socket to sl-fetch that INPUT is read through
  // The slots that the reader of standard output made for this process (OfferedSlots).
  std::int64_t memory = -1, credits = -1;
  std::int64_t ledger = -1;  // sl-batch's: the files to read, or to write (batch_ledger.h)
  bool input_open = false;   // INPUT is standard input under any name
  bool output_open = false;  // standard output leads to the stage that writes OUTPUT
  // Check the command line, print the options that this stage would give a decoder, each with a zero byte, and end.
  bool lists_decoder_options = false;

  // Hand over a source: the next process has its descriptor as standard input, and reads from its start.
  // Throws Resources.
  void hand_over(const Source& source);
  // Close what hand_over() opened, once the next process has it.
  void close();

  // Keep `memory` and `credits` from processes that this one starts, or let the next process have them.
  void keep_slots() const { set_slots_inherited(false); }
  void pass_slots_on() const { set_slots_inherited(true); }

  // The options as arguments of a command line.
  [[nodiscard]] std::vector<std::string> arguments() const;
  // Add the options to a command, hidden from its help. A command without output has --writer.
  void declare(std::vector<OptionSpec>& options, bool with_writer);

 private:
  void set_slots_inherited(bool inherited) const;
};

// Return a command line without these options.
[[nodiscard]] std::vector<std::string> without_handover(const std::vector<std::string>& arguments);

}  // namespace sl

// The inputs of a stage, one or several. Inputs opens and recognises them, and starts a decoder for foreign ones. All
// are open before the stage locks itself in; their content is read afterwards.
//
// A stage with several asks for the next record only of inputs that are ready(), and otherwise wait()s for all inputs
// that it needs now. So no input blocks another, and a full pipe holds up the inputs that the stage does not need yet.

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/bytes/attached_slots.h"
#include "libcore/bytes/source.h"
#include "libcore/net/fetcher.h"
#include "libcore/process/launch.h"
#include "libcore/stage/handover.h"
#include "libcore/stage/reopener.h"
#include "libcore/wire/reader.h"

namespace sl {

class Inputs {
 public:
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  // Inputs count from 0 here, from 1 in messages.
  [[nodiscard]] Reader& reader(std::size_t input);
  [[nodiscard]] Source& source(std::size_t input) { return *entries_[input]->source; }
  // "input 2 (music.wav)", for messages.
  [[nodiscard]] std::string title(std::size_t input) const;
  // The value of an option of the stage in brackets (Tool::inputs), or "".
  [[nodiscard]] std::string option(std::size_t input, std::string_view name) const;

  // Whether bytes have arrived, or the input has ended: then reader(input).next() waits at most for the rest of a
  // record.
  [[nodiscard]] bool ready(std::size_t input) const;
  // Whether a record has arrived whole (Reader::would_wait): an input that stops inside of a record holds up nothing.
  [[nodiscard]] bool has_record(std::size_t input);
  // Flush the output, and block until one of these is ready, or has a record. `some` must not be empty.
  void wait(std::span<const std::size_t> some);
  void wait_for_record(std::span<const std::size_t> some);

  // Call `action` with an input. Return false if the input is lost, before or by this.
  template <class Action>
  bool use(std::size_t input, const Action& action) {
    if (lost(input)) return false;
    try {
      action(reader(input));
      return true;
    } catch (const Error& error) {
      (void)lose(input, error);
      return false;
    }
  }
  // Give up an input that failed with `error`: close it, and return the cause as for ABORT. Throw the error again if it
  // is an error of the output, an interrupt, or of an input that is not optional.
  const Cause& lose(std::size_t input, const Error& error);
  // The cause, if the input is lost.
  [[nodiscard]] const std::optional<Cause>& lost(std::size_t input) const { return entries_[input]->lost; }

  // ---- Inputs that come back (Tool::InputRules::reopens) ----

  // Whether an input that has ended can be begun again: a FIFO with a name, or a URL that was lost.
  [[nodiscard]] bool may_return(std::size_t input) const;
  // Give up what is left of an input, which counts as lost from now on, and begin it again, at most once a second.
  void ask_again(std::size_t input);
  // Return whether bytes have come since: then the input is not lost, and its reader is at the start.
  [[nodiscard]] bool has_returned(std::size_t input);

  // ---- For the frame (run.cpp) ----

  struct Opening {
    bool decodes = true;            // sl-decode gets foreign bytes, and inputs with options for a decoder
    bool takes_compressed = false;  // otherwise sl-decode gets packets too
    bool takes_packed = false;      // otherwise it unpacks them
    bool optional = false;          // an input that cannot be opened is lost
    bool reopens = false;           // it can be begun again
    bool starts_without = false;    // an optional FIFO without bytes is lost
    bool io_report = false;         // the decoder of a URL, which reads it, reports too
    FetchOptions fetch{};
    std::function<bool(Source&)> before_decoder{};  // false: the stage takes these foreign bytes itself
    Handover handover{};                            // how another stage started this one
    std::vector<std::string> own{};                 // names of options of the stage
    std::vector<std::string> decoder_options{};
  };
  // `before_wait` flushes the output.
  explicit Inputs(std::function<void()> before_wait) : before_wait_(std::move(before_wait)) {}
  Inputs(const Inputs&) = delete;
  Inputs& operator=(const Inputs&) = delete;
  ~Inputs() = default;

  // End a wait when this descriptor loses its reader. Call before open().
  void watch_output(int fd) { output_ = fd; }
  // Call open() for each, then recognise() for each: nothing is read before all are open.
  void open(const std::string& name, const Opening& opening);
  void recognise(std::size_t input, const Opening& opening);
  // Start the process that begins inputs again, if there are some that can be; return whether it was started.
  [[nodiscard]] bool start_reopener(const Opening& opening);
  // Attach to the slots of each input that is the wire. Call it last before the sandbox.
  void attach();
  // How the strips of an input came, for reports.
  [[nodiscard]] std::string account(std::size_t input) const;
  // Set up the wait for an input whose source was replaced.
  void watch(std::size_t input);
  void close();
  // The sum over all inputs so far.
  [[nodiscard]] Source::Counters counters() const;
  // The process that decodes this input, or null.
  [[nodiscard]] Helper* helper(std::size_t input);
  // The input that the last error came from.
  [[nodiscard]] std::optional<std::size_t> failed() const;
  [[nodiscard]] bool live() const;
  // Return whether an interrupt is a proper end of the input (Reader::may_stop).
  [[nodiscard]] bool may_stop() const;

 private:
  struct Entry {
    std::string name, argument;  // argument: INPUT for sl-decode
    bool is_standard_input = false, has_decoder_options = false, is_wire = false;
    std::vector<std::pair<std::string, std::string>> options;  // of the stage
    std::unique_ptr<AttachedSlots> slots;
    std::optional<Source> source;
    std::optional<Reader> reader;
    std::optional<Helper> helper, fetcher;
    bool optional = false;
    std::optional<Cause> lost;
    bool is_url = false;
    std::optional<std::size_t> reopened_by;            // number of the command that begins it again
    int reopened = -1;                                 // the pipe that it comes through then
    std::chrono::steady_clock::time_point asked_at{};  // when the command was, or shall be, started
    int kept = -1;  // a FIFO, which must not be without a reader until the decoder has opened it
    bool is_asked = false, is_reopened = false;
  };
  void receive_reopened();
  void start_decoder(std::size_t input, const Opening& opening);
  void wait_until(std::span<const std::size_t> some, const std::function<bool(std::size_t)>& is_there);

  std::function<void()> before_wait_;
  int output_ = -1;
  std::vector<std::unique_ptr<Entry>> entries_;
  Source::Counters of_lost_;
  std::optional<Reopener> reopener_;
};

}  // namespace sl

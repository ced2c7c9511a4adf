// The inputs of a stage, one or several: opened, recognised, and decoded by a process started for them where they are
// foreign. All of them are open before the stage locks itself in; what they hold is read afterwards.
//
// A stage with several asks for the next record only of inputs that are ready(), and otherwise wait()s for all of those
// it has use for: so none of them blocks another, and those it has no use for now are held up by their full pipes.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/bytes/source.h"
#include "libcore/net/fetcher.h"
#include "libcore/process/launch.h"
#include "libcore/stage/handover.h"
#include "libcore/wire/reader.h"

namespace sl {

class Inputs {
 public:
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  // Counted from 0 here; people count from 1.
  [[nodiscard]] Reader& reader(std::size_t input);
  [[nodiscard]] Source& source(std::size_t input) { return *entries_[input]->source; }
  // "input 2 (music.wav)", for messages.
  [[nodiscard]] std::string title(std::size_t input) const;
  // The value of one of the stage's own options in brackets (Tool::inputs), or "".
  [[nodiscard]] std::string option(std::size_t input, std::string_view name) const;

  // Whether something has come, or the input has ended, so that reader(input).next() waits for the rest of a record at
  // most.
  [[nodiscard]] bool ready(std::size_t input) const;
  // Sends what there is, and waits until one of these is ready. With none of them it is a bug.
  void wait(std::span<const std::size_t> some);

  // Does something with an input; false where it is lost, before or by this.
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
  // Does without an input that failed with `error`: closes it, and gives the cause as ABORT would have it. Throws the
  // error again where it is the output's, or an interrupt's, or the input is not optional.
  const Cause& lose(std::size_t input, const Error& error);
  // Why there is no such input any more.
  [[nodiscard]] const std::optional<Cause>& lost(std::size_t input) const { return entries_[input]->lost; }

  // ---- The frame's own (run.cpp) ----

  struct Opening {
    bool decodes = true;            // foreign bytes, and options for a decoder, go to sl-decode
    bool takes_compressed = false;  // otherwise packets go there too
    bool optional = false;          // a failure to open it is a loss
    bool io_report = false;         // the decoder of a URL reports too: it reads it
    FetchOptions fetch{};
    std::function<bool(Source&)> before_decoder{};  // false: the stage takes these foreign bytes itself
    Handover handover{};                            // of one input that the stage before handed over
    std::vector<std::string> own{};                 // names of options that are not for the decoder
    std::vector<std::string> decoder_options{};
  };
  // `before_wait` sends what there is.
  explicit Inputs(std::function<void()> before_wait) : before_wait_(std::move(before_wait)) {}
  Inputs(const Inputs&) = delete;
  Inputs& operator=(const Inputs&) = delete;
  ~Inputs() = default;

  // The end of this descriptor's reader ends a wait. Before open().
  void watch_output(int fd) { output_ = fd; }
  // First open() for each, then recognise() for each: nobody is waited for before all are open.
  void open(const std::string& name, const Opening& opening);
  void recognise(std::size_t input, const Opening& opening);
  // Another source for an input, or its own again: set up to wait as the others do.
  void watch(std::size_t input);
  void close();
  // What was read so far, of all of them.
  [[nodiscard]] Source::Counters counters() const;
  // The process that decodes this input; null if there is none.
  [[nodiscard]] Helper* helper(std::size_t input);
  // The input that the last error came from.
  [[nodiscard]] std::optional<std::size_t> failed() const;
  [[nodiscard]] bool live() const;

 private:
  struct Entry {
    std::string name, argument;  // argument: what sl-decode is to be told
    bool is_standard_input = false, has_decoder_options = false;
    std::vector<std::pair<std::string, std::string>> options;  // the stage's own
    std::optional<Source> source;
    std::optional<Reader> reader;
    std::optional<Helper> helper, fetcher;
    bool optional = false;
    std::optional<Cause> lost;
  };
  void start_decoder(std::size_t input, const Opening& opening);

  std::function<void()> before_wait_;
  int output_ = -1;
  std::vector<std::unique_ptr<Entry>> entries_;
  Source::Counters of_lost_;
};

}  // namespace sl

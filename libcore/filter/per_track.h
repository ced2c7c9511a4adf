// The record loop of a stage that treats tracks one by one, with a state for each of them.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

// S treats one track:
//   void on_record(const wire::Header& record);  each record of the track after the TRACK that S was made for
//   void at_end();                               optional: called at END, before it is passed on
//   void flush();                                optional: writes the rows that S holds, before the input would wait
template <class S>
class PerTrack {
 public:
  // Makes the state of a track at its first TRACK. Null: the track passes on; asked again at its next TRACK.
  using Make = std::function<std::unique_ptr<S>(std::uint16_t number)>;
  // Takes the records of all other tracks, and of the whole stream.
  using Pass = std::function<void(Reader& in, const wire::Header& record, Writer& out)>;
  static void pass_on(Reader& in, const wire::Header& record, Writer& out) { in.pass(record, out); }

  // Reader and Writer outlive it.
  PerTrack(Reader& in, Writer& out, Make make, Pass pass = pass_on)
      : in_(in), out_(out), make_(std::move(make)), pass_(std::move(pass)) {
    if constexpr (holds_rows) in_.before_wait([this] { flush(); });
  }
  ~PerTrack() {
    if constexpr (holds_rows) in_.before_wait({});
  }
  PerTrack(const PerTrack&) = delete;
  PerTrack& operator=(const PerTrack&) = delete;

  void run() {
    while (const auto record = in_.next()) take(*record);
  }

  // Treats the record that the reader is at; for stages that run the loop themselves. A new stream starts without
  // states.
  void take(const wire::Header& record) {
    if (record.type == wire::Type::Start) states_.clear();
    if (record.type == wire::Type::End) at_end();
    const auto found = states_.find(record.track);
    if (found != states_.end()) return found->second->on_record(record);
    if (record.type == wire::Type::Track) {
      if (auto state = make_(record.track)) {
        states_.emplace(record.track, std::move(state));
        return;
      }
    }
    pass_(in_, record, out_);
  }

  void at_end() {
    if constexpr (requires(S & state) { state.at_end(); }) {
      for (const auto& [number, state] : states_) state->at_end();
    }
  }

  [[nodiscard]] const std::map<std::uint16_t, std::unique_ptr<S>>& states() const { return states_; }

 private:
  static constexpr bool holds_rows = requires(S & state) { state.flush(); };

  void flush() {
    for (const auto& [number, state] : states_) state->flush();
  }

  Reader& in_;
  Writer& out_;
  Make make_;
  Pass pass_;
  std::map<std::uint16_t, std::unique_ptr<S>> states_;
};

// Runs a stage to the end of its input.
template <class S>
void per_track(Reader& in, Writer& out, typename PerTrack<S>::Make make,
               typename PerTrack<S>::Pass pass = PerTrack<S>::pass_on) {
  PerTrack<S>(in, out, std::move(make), std::move(pass)).run();
}

}  // namespace sl

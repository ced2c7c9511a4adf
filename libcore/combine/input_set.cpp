// Beginning and ending streams of several inputs together.

#include "libcore/combine/input_set.h"

#include "libcore/base/limits.h"
#include "libcore/media/track.h"

namespace sl {

wire::StageInfo through_input(wire::StageInfo stage, std::size_t input) {
  stage.input = std::to_string(input + 1) + (stage.input.empty() ? "" : "." + stage.input);
  return stage;
}

bool StreamSet::begin() {
  if (!start_all()) return false;
  for (std::size_t i = 0; i < streams_.size(); ++i) read_header(i);
  pass_stages();
  return true;
}

bool StreamSet::begin_next(std::size_t leader, const std::function<bool(std::size_t input)>& joins) {
  for (InputStream& stream : streams_) stream = {};
  if (!start(leader)) return false;
  std::vector<std::size_t> begun{leader};
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (i != leader && joins(i) && start(i)) begun.push_back(i);
  }
  std::uint32_t flags = 0;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (!inputs_.lost(i))
      flags |= inputs_.reader(i).preamble().flags & (wire::preamble_compressed | wire::preamble_packed);
  }
  out_.begin(flags);
  for (const std::size_t i : begun) read_header(i);
  pass_stages();
  return true;
}

// Pass on the stages of all inputs.
void StreamSet::pass_stages() {
  std::size_t stages = 1;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (inputs_.lost(i)) continue;
    for (const wire::StageInfo& stage : inputs_.reader(i).stages()) {
      if (++stages > wire_limit::stages) {
        throw Error(Status::Limit, "the inputs have more than 64 stages together (nothing raises the limit)");
      }
      pass_stage(i, stage);
    }
  }
}

// Begin an input's next stream, if it has one.
bool StreamSet::start(std::size_t input) {
  std::optional<wire::Header> record;
  if (!inputs_.use(input, [&](Reader& in) { record = in.next(); }) || !record) return false;
  (void)streams_[input].header.take(inputs_.reader(input), *record);
  return true;
}

bool StreamSet::start_all() {
  streams_.clear();
  streams_.resize(inputs_.size());
  std::uint32_t flags = 0;
  std::size_t begun = 0;
  std::optional<std::size_t> over;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (!start(i)) {
      if (!inputs_.lost(i)) over = i;
      continue;
    }
    ++begun;
    flags |= inputs_.reader(i).preamble().flags & (wire::preamble_compressed | wire::preamble_packed);
  }
  if (begun == 0 && over) return false;
  if (begun == 0) throw Error(Status::NoInput, "no input is left");
  if (over) throw Error(Status::Data, inputs_.title(*over) + " has fewer streams than others have");
  out_.begin(flags);
  return true;
}

void StreamSet::read_header(std::size_t input) {
  InputStream& stream = streams_[input];
  const bool is_there = inputs_.use(input, [&](Reader& in) {
    do {
      stream.first = in.next();
    } while (stream.header.take(in, stream.first.value()));
  });
  if (!is_there) stream.first.reset();
}

void StreamSet::forget_headers() {
  for (InputStream& stream : streams_) stream.header = {};
}

void StreamSet::pass_stage(std::size_t input, wire::StageInfo stage) {
  out_.stage(through_input(std::move(stage), input));
}

void StreamSet::end() {
  wire::End end;
  for (const InputStream& stream : streams_) {
    end.stages.insert(end.stages.end(), stream.end.stages.begin(), stream.end.stages.end());
    end.stopped = end.stopped || stream.end.stopped;
  }
  out_.end(&end, end.stopped);
}

}  // namespace sl

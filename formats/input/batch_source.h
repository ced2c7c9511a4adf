// Pictures of many files, one after another, for sl-batch: what cannot be decoded is left out.

#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "formats/input/picture_source.h"
#include "libcore/bytes/source.h"
#include "libcore/stage/batch_ledger.h"

namespace sl {

class BatchSource {
 public:
  // Open the inputs of the ledger; note there which cannot be opened. Call before the sandbox.
  explicit BatchSource(int ledger);

  // Write all pictures, each stream with a stage that names its input. Throw Data if no input has one.
  void run(Writer& out, const std::function<PictureSource::Settings(Source&)>& settings);

 private:
  void pass(std::size_t input, Writer& out, PictureSource::Settings settings);

  BatchLedger ledger_;
  std::vector<std::optional<Source>> sources_;
};

}  // namespace sl

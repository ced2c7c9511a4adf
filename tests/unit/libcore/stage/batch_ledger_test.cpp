// What sl-batch and the two ends of its pipeline see of one ledger.

#include "libcore/stage/batch_ledger.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "libcore/process/launch.h"

namespace sl {
namespace {

TEST(BatchLedger, IsTheSameMemoryForAllThatMapIt) {
  const std::vector<BatchLedger::Entry> entries{
      {"a b\n.jpg", std::string("out/\0w.png", 10)}, {"", ""}, {"-c.jpg", "c.png"}};
  BatchLedger own(entries);
  BatchLedger other(own.fd());
  ASSERT_EQ(other.entries().size(), 3U);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(other.entries()[i].input, entries[i].input);
    EXPECT_EQ(other.entries()[i].output, entries[i].output);
    EXPECT_EQ(own.state(i), BatchLedger::State::Waiting);
  }
  other.fail(0, Status::Data, "truncated");
  other.finish(2, "c.png");
  EXPECT_EQ(own.state(0), BatchLedger::State::Failed);
  EXPECT_EQ(own.status(0), Status::Data);
  EXPECT_EQ(own.text(0), "truncated");
  EXPECT_EQ(own.state(1), BatchLedger::State::Waiting);
  EXPECT_EQ(own.state(2), BatchLedger::State::Done);
  EXPECT_EQ(own.text(2), "c.png");
}

TEST(BatchLedger, CutsTextsThatAreTooLong) {
  const std::vector<BatchLedger::Entry> entries{{"in", "out"}};
  BatchLedger ledger(entries);
  ledger.fail(0, Status::Data, std::string(100000, 'x'));
  EXPECT_EQ(ledger.text(0), std::string(8000, 'x'));
}

TEST(BatchLedger, RefusesOtherDescriptors) {
  EXPECT_THROW(BatchLedger(999), Error);
  const PipeEnds pipe = make_pipe();
  EXPECT_THROW(BatchLedger{pipe.read}, Error);
  close(pipe.read);
  close(pipe.write);
  const std::string bytes(4096, 'x');
  const int memory = inherited_memory("other", bytes.data(), bytes.size());
  EXPECT_THROW(BatchLedger{memory}, Error);
  close(memory);
}

}  // namespace
}  // namespace sl

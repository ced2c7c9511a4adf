// What terminals send: keys and answers, in pieces of any size, and nonsense.

#include <gtest/gtest.h>

#include <vector>

#include "devices/display/terminal/replies.h"

namespace {

using sl::terminal::Reply;
using sl::terminal::ReplyReader;
using Kind = Reply::Kind;

std::vector<Reply> read_in_pieces(std::string_view bytes, std::size_t piece) {
  ReplyReader reader;
  std::vector<Reply> replies;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.add(bytes.substr(at, piece));
    while (const auto reply = reader.next(false)) replies.push_back(*reply);
  }
  while (const auto reply = reader.next(true)) replies.push_back(*reply);
  return replies;
}

TEST(TerminalReplies, HoweverTheyAreCut) {
  const std::string_view bytes =
      "q\033[C\033OD\033_Gi=31;OK\033\\\033[6;20;10t\033[?62;4;22c\033[0n\033]11;rgb:0/0/0\033\\ \033x\033";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const std::vector<Reply> replies = read_in_pieces(bytes, piece);
    std::vector<Kind> kinds;
    for (const Reply& reply : replies) kinds.push_back(reply.kind);
    EXPECT_EQ(kinds, (std::vector{Kind::Key, Kind::Right, Kind::Left, Kind::KittyGraphics, Kind::CellSize,
                                  Kind::Attributes, Kind::Ready, Kind::Other, Kind::Key, Kind::Other, Kind::Escape}))
        << piece;
    EXPECT_EQ(replies[0].key, 'q');
    EXPECT_TRUE(replies[3].good);
    EXPECT_EQ(replies[4].cell_width, 10);
    EXPECT_EQ(replies[4].cell_height, 20);
    EXPECT_TRUE(replies[5].sixel);
  }
}

TEST(TerminalReplies, RefusalsAndOthers) {
  EXPECT_FALSE(read_in_pieces("\033_Gi=31;ENOENT:no\033\\", 100)[0].good);
  EXPECT_FALSE(read_in_pieces("\033[?62;22c", 100)[0].sixel);
  EXPECT_FALSE(read_in_pieces("\033[?64c", 100)[0].sixel);  // the class of the terminal is not one of its abilities
  EXPECT_EQ(read_in_pieces("\033[3n", 100)[0].kind, Kind::Other);
}

TEST(TerminalReplies, NonsenseIsNotKept) {
  ReplyReader reader;
  for (int i = 0; i < 1000; ++i) {
    reader.add(std::string(1000, i % 2 == 0 ? '\033' : '['));
    while (reader.next(false)) {
    }
  }
  reader.add("\033_G" + std::string(100000, 'x'));
  while (reader.next(false)) {
  }
  reader.add("\033\\q");
  Reply last;
  while (const auto reply = reader.next(false)) last = *reply;
  EXPECT_EQ(last.key, 'q');
}

}  // namespace

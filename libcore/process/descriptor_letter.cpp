// SCM_RIGHTS, as cmsg(3) says.

#include "libcore/process/descriptor_letter.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace sl {

namespace {

struct Letter {
  explicit Letter(std::string& text) : text_{text.data(), text.size()} {
    message.msg_iov = &text_;
    message.msg_iovlen = 1;
    message.msg_control = room_.data();
    message.msg_controllen = room_.size();
  }
  Letter(const Letter&) = delete;
  Letter& operator=(const Letter&) = delete;

  msghdr message{};

 private:
  iovec text_;
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> room_{};
};

}  // namespace

bool send_descriptor(int socket, std::string_view text, int fd) {
  std::string copy(text);
  Letter letter(copy);
  cmsghdr* head = CMSG_FIRSTHDR(&letter.message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(head), &fd, sizeof fd);
  return sendmsg(socket, &letter.message, MSG_NOSIGNAL) > 0;
}

std::optional<DescriptorLetter> receive_descriptor(int socket, std::size_t longest, bool wait) {
  DescriptorLetter received;
  received.text.resize(longest);
  Letter letter(received.text);
  ssize_t count = 0;
  do {
    count = recvmsg(socket, &letter.message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
  } while (count < 0 && errno == EINTR);
  const cmsghdr* head = count > 0 ? CMSG_FIRSTHDR(&letter.message) : nullptr;
  if (head == nullptr || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof(int))) return std::nullopt;
  std::memcpy(&received.fd, CMSG_DATA(head), sizeof received.fd);
  received.text.resize(static_cast<std::size_t>(count));
  return received;
}

}  // namespace sl

// Reading, checking and making keys.

#include "libcore/hop/keys.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace sl::hop {

namespace {

constexpr std::size_t max_file = 64 << 10, min_secret = 16, max_secret = 64, max_name = 64;

std::optional<std::vector<unsigned char>> read_hex(std::string_view text) {
  if (text.size() % 2 != 0 || text.size() < 2 * min_secret || text.size() > 2 * max_secret) return std::nullopt;
  std::vector<unsigned char> bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto byte = to_number<unsigned char>(text.substr(i, 2), 16);
    if (!byte) return std::nullopt;
    bytes.push_back(*byte);
  }
  return bytes;
}

// Return the text of a file that only its owner may read. A service manager's credentials are read by this process
// alone already, and have bits of a group as the mask of an access list.
std::string read_private(const std::string& path, bool is_credential) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) throw system_error(errno == EACCES ? Status::NotPermitted : Status::NoInput, path);
  struct stat info {};
  std::string text(max_file + 1, '\0');
  const bool known = fstat(fd, &info) == 0;
  const ssize_t count = known ? read(fd, text.data(), text.size()) : -1;
  const int code = errno;
  close(fd);
  errno = code;
  if (count < 0) throw system_error(Status::Io, path);
  const mode_t others = is_credential ? S_IRWXO : S_IRWXG | S_IRWXO;
  if (S_ISREG(info.st_mode) && (info.st_mode & others) != 0) {
    throw Error(Status::NotPermitted, path + ": others than its owner may read or write these keys: chmod 600 " + path);
  }
  if (S_ISREG(info.st_mode) && info.st_uid != geteuid() && info.st_uid != 0) {
    throw Error(Status::NotPermitted, path + ": these keys belong to another user");
  }
  text.resize(static_cast<std::size_t>(count));
  if (text.size() > max_file) throw Error(Status::Limit, path + ": has over 64 KiB of keys (nothing raises the limit)");
  return text;
}

}  // namespace

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= max_name && text.front() != '.' &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == text.npos;
}

Keys::Keys(const std::string& path) {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
  const bool is_credential = folder != nullptr && *folder != 0 && path.starts_with(std::string(folder) + "/");
  std::string text = read_private(path, is_credential);
  std::string_view rest = text;
  for (int number = 1; !rest.empty(); ++number) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view name = line.substr(0, colon);
    auto secret = read_hex(line.substr(std::min(line.size(), colon + 1)));
    const std::string place = path + ": line " + std::to_string(number);
    if (!is_name(name) || !secret) {  // the line itself may be a secret
      throw Error(Status::Data, place + " is not NAME:HEX with 16 to 64 bytes (sl-send --make-psk NAME makes one)");
    }
    if (find(name) != nullptr) throw Error(Status::Data, place + ": a second key of the name " + std::string(name));
    keys_.push_back({std::string(name), std::move(*secret)});
  }
  explicit_bzero(text.data(), text.size());
  if (keys_.empty()) throw Error(Status::Data, path + ": holds no key (sl-send --make-psk NAME makes one)");
}

Keys Keys::found() {
  const auto folder = [](const char* variable) -> std::string {
    const char* const value = std::getenv(variable);
    return value == nullptr ? "" : value;
  };
  std::vector<std::string> places;
  if (!folder("CREDENTIALS_DIRECTORY").empty()) places.push_back(folder("CREDENTIALS_DIRECTORY") + "/psk");
  if (!folder("XDG_CONFIG_HOME").empty()) {
    places.push_back(folder("XDG_CONFIG_HOME") + "/streamlib/psk");
  } else if (!folder("HOME").empty()) {
    places.push_back(folder("HOME") + "/.config/streamlib/psk");
  }
  for (const std::string& place : places) {
    if (access(place.c_str(), F_OK) == 0) return Keys(place);
  }
  return {};
}

const Key* Keys::find(std::string_view name) const {
  const auto found = std::ranges::find(keys_, name, &Key::name);
  return found == keys_.end() ? nullptr : &*found;
}

void parse_value(std::string_view option, std::string_view text, NewKey& value) {
  if (!is_name(text)) bad_value(option, text, "is not 1 to 64 letters, digits, '.', '_' and '-'");
  value = {std::string(text), true};
}

std::string make_key(std::string_view name) {
  constexpr std::size_t size = 32;
  std::array<unsigned char, size> secret{};
  if (getrandom(secret.data(), secret.size(), 0) != static_cast<ssize_t>(secret.size())) {
    throw system_error(Status::Resources, "random bytes");
  }
  std::string line = std::string(name) + ":";
  constexpr std::string_view digits = "0123456789abcdef";
  for (const unsigned char byte : secret) line += {digits[byte >> 4], digits[byte & 15]};
  return line + "\n";
}

void refuse_core_dumps() {
  // 1, not 0: the kernel takes 0 for no limit if a program receives the dumps (core(5)), and 1 for none in both cases.
  const rlimit none{1, 1};
  setrlimit(RLIMIT_CORE, &none);
}

}  // namespace sl::hop

// The grammar of addresses.

#include "libcore/hop/address.h"

#include <sys/un.h>

#include <cstdint>
#include <optional>

#include "libcore/base/parse.h"

namespace sl::hop {

namespace {

constexpr std::string_view forms = "is not HOST:PORT, :PORT, unix:PATH or fd:N (an IPv6 address stands in brackets)";

// Return the address of HOST:PORT, [ADDRESS]:PORT or :PORT, or nothing.
std::optional<Address> read_tcp(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  Address address;
  address.port = text.substr(colon + 1);
  std::string_view host = text.substr(0, colon);
  const bool has_brackets = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  if (has_brackets) host = host.substr(1, host.size() - 2);
  if (!to_number<std::uint16_t>(address.port)) return std::nullopt;
  if (has_brackets != (host.find(':') != std::string_view::npos)) return std::nullopt;
  if (host.find_first_of("/@ ") != std::string_view::npos) return std::nullopt;
  address.host = host;
  address.listens = host.empty();
  return address;
}

}  // namespace

std::string Address::text() const {
  if (kind == Kind::Unix) return "unix:" + path;
  if (kind == Kind::Descriptor) return "fd:" + std::to_string(descriptor);
  return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + port;
}

void parse_value(std::string_view option, std::string_view text, Address& value) {
  constexpr std::string_view unix_prefix = "unix:", fd_prefix = "fd:";
  if (text.starts_with(unix_prefix)) {
    value = {};
    value.kind = Address::Kind::Unix;
    value.path = text.substr(unix_prefix.size());
    if (value.path.empty() || value.path.size() >= sizeof(sockaddr_un::sun_path)) {
      bad_value(option, text, "is no path of 1 to 107 bytes");
    }
    return;
  }
  if (text.starts_with(fd_prefix)) {
    value = {};
    value.kind = Address::Kind::Descriptor;
    const auto number = to_number<std::uint16_t>(text.substr(fd_prefix.size()));
    if (!number || *number < 3) bad_value(option, text, "is no descriptor from 3 on");
    value.descriptor = *number;
    return;
  }
  const std::optional<Address> tcp = read_tcp(text);
  if (!tcp) bad_value(option, text, forms);
  if (!tcp->listens && tcp->port == "0") bad_value(option, text, "is a port to listen at, not to connect to");
  value = *tcp;
}

void parse_value(std::string_view option, std::string_view text, ListenAddress& value) {
  const std::optional<Address> tcp = read_tcp(text);
  if (!tcp) bad_value(option, text, "is not ADDRESS:PORT or :PORT (an IPv6 address stands in brackets)");
  value.address = *tcp;
  value.address.listens = true;
}

}  // namespace sl::hop

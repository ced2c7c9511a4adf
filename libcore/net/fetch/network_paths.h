// The files that a process with network access still reads.

#pragma once

#include <cstdlib>
#include <string>
#include <vector>

namespace sl::fetch {

// Return the paths that name resolution and TLS read.
inline std::vector<std::string> network_paths() {
  std::vector<std::string> paths{"/etc/resolv.conf",
                                 "/etc/hosts",
                                 "/etc/host.conf",
                                 "/etc/nsswitch.conf",
                                 "/etc/gai.conf",
                                 "/etc/services",
                                 "/etc/ld.so.cache",
                                 "/etc/ssl/certs",
                                 "/etc/ssl/openssl.cnf",
                                 "/etc/ca-certificates",
                                 "/etc/pki",
                                 "/usr/lib",
                                 "/lib",
                                 "/usr/share/ca-certificates",
                                 "/usr/local/share/ca-certificates",
                                 "/usr/lib64",
                                 "/lib64",
                                 "/run/systemd/resolve",
                                 "/run/resolvconf",
                                 "/run/NetworkManager",
                                 "/dev/urandom"};
  for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF"}) {
    if (const char* const path = std::getenv(name); path != nullptr && *path != 0) paths.emplace_back(path);
  }
  return paths;
}

}  // namespace sl::fetch

// URLs as libcurl reads them, so that Gate checks the URL that is fetched.

#pragma once

#include <curl/curl.h>

#include <string>

namespace sl::fetch {

class Url {
 public:
  explicit Url(const std::string& text);
  Url(const Url&) = delete;
  Url& operator=(const Url&) = delete;
  ~Url();

  [[nodiscard]] bool good() const;  // a URL with a host
  [[nodiscard]] std::string scheme() const;
  [[nodiscard]] std::string host() const;  // in lower case
  [[nodiscard]] std::string port() const;  // also if it is the scheme's default
  [[nodiscard]] bool has_own_port() const;
  // "https://example.com:443".
  [[nodiscard]] std::string origin() const;
  [[nodiscard]] std::string path() const;
  [[nodiscard]] std::string user() const;  // decoded, as the password
  [[nodiscard]] std::string password() const;
  void remove_user();
  void set_user(const std::string& user, const std::string& password);
  // Resolve `reference` against this URL. Return false if the result is no URL.
  bool resolve(const std::string& reference);
  [[nodiscard]] std::string text() const;

 private:
  [[nodiscard]] std::string part(CURLUPart part, unsigned flags = 0) const;
  CURLU* handle_;
  CURLUcode error_;
};

}  // namespace sl::fetch

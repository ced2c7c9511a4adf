// libcurl's URL interface.

#include "libcore/net/fetch/url.h"

namespace sl::fetch {

namespace {

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

}  // namespace

Url::Url(const std::string& text)
    : handle_(curl_url()), error_(curl_url_set(handle_, CURLUPART_URL, text.c_str(), CURLU_URLENCODE)) {}
Url::~Url() { curl_url_cleanup(handle_); }

// Return an empty text for a missing part.
std::string Url::part(CURLUPart part, unsigned flags) const {
  char* text = nullptr;
  if (curl_url_get(handle_, part, &text, flags) != CURLUE_OK) return {};
  std::string result = text;
  curl_free(text);
  return result;
}

bool Url::good() const { return error_ == CURLUE_OK && !host().empty(); }
std::string Url::scheme() const { return lower(part(CURLUPART_SCHEME)); }
std::string Url::host() const { return lower(part(CURLUPART_HOST)); }
std::string Url::port() const { return part(CURLUPART_PORT, CURLU_DEFAULT_PORT); }
bool Url::has_own_port() const { return !part(CURLUPART_PORT).empty(); }
std::string Url::origin() const { return scheme() + "://" + host() + ":" + port(); }
std::string Url::path() const { return part(CURLUPART_PATH); }
std::string Url::user() const { return part(CURLUPART_USER, CURLU_URLDECODE); }
std::string Url::password() const { return part(CURLUPART_PASSWORD, CURLU_URLDECODE); }
std::string Url::text() const { return part(CURLUPART_URL); }

void Url::remove_user() {
  // Remove options in the URL's user part ("me;AUTH=...") too.
  for (const CURLUPart each : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS}) {
    curl_url_set(handle_, each, nullptr, 0);
  }
}

void Url::set_user(const std::string& user, const std::string& password) {
  curl_url_set(handle_, CURLUPART_USER, user.c_str(), CURLU_URLENCODE);
  curl_url_set(handle_, CURLUPART_PASSWORD, password.c_str(), CURLU_URLENCODE);
}

bool Url::resolve(const std::string& reference) {
  error_ = curl_url_set(handle_, CURLUPART_URL, reference.c_str(), CURLU_URLENCODE);
  return good();
}

}  // namespace sl::fetch

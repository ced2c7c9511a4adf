// OpenSSL's settings. Each is there for a reason:
//   TLS 1.3 alone     older versions have other rules for keys and suites.
//   two suites        both with SHA-256: a key from outside is tied to one hash, and with OpenSSL's own order the
//                     server chooses SHA-384 first, finds no key for it, and asks for certificates (openssl
//                     issue 21226).
//   no tickets        a connection is proved by the key, each time. No early data, which could be sent twice.
//   key exchange      always (psk_dhe_ke is OpenSSL's default): a key that is stolen later opens no old recording.
//   unknown names     get a random key, so that from outside they look like a wrong key.

#include "libcore/hop/tls.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#ifdef __aarch64__
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include <array>
#include <cstring>
#include <string_view>

#include "libcore/base/error.h"

namespace sl::hop {

namespace {

constexpr std::array<unsigned char, 9> protocols{8, 's', 'l', '-', 'h', 'o', 'p', '/', '1'};
// Many records of 16 KiB in one call of the socket: by themselves they take half as long again.
constexpr std::size_t io_size = 256 << 10;
constexpr std::array<unsigned char, 2> aes_128_gcm_sha256{0x13, 0x01};

// Whether the processor has instructions for AES; without them ChaCha20 is faster.
bool has_aes() {
#if defined(__x86_64__) || defined(__i386__)
  return __builtin_cpu_supports("aes") != 0;
#elif defined(__aarch64__)
  return (getauxval(AT_HWCAP) & HWCAP_AES) != 0;
#else
  return false;
#endif
}

// Return the session that stands for a key of a TLS 1.3 handshake, or null.
SSL_SESSION* make_session(SSL* connection, const unsigned char* secret, std::size_t size) {
  SSL_SESSION* const session = SSL_SESSION_new();
  const SSL_CIPHER* const cipher = SSL_CIPHER_find(connection, aes_128_gcm_sha256.data());
  if (session != nullptr && cipher != nullptr && SSL_SESSION_set1_master_key(session, secret, size) == 1 &&
      SSL_SESSION_set_cipher(session, cipher) == 1 && SSL_SESSION_set_protocol_version(session, TLS1_3_VERSION) == 1) {
    return session;
  }
  SSL_SESSION_free(session);
  return nullptr;
}

const Tls& settings_of(SSL* connection) {
  return *static_cast<const Tls*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(connection)));
}

// The name that the other end gave: proved once the handshake is done.
int name_index() {
  static const int index = SSL_get_ex_new_index(
      0, nullptr, nullptr, nullptr,
      [](void*, void* name, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<std::string*>(name); });
  return index;
}

int find_key(SSL* connection, const unsigned char* identity, std::size_t size, SSL_SESSION** session) {
  const std::string_view name(reinterpret_cast<const char*>(identity), size);
  const Key* const key = settings_of(connection).keys().find(name);
  std::array<unsigned char, 32> random{};
  if (key == nullptr && RAND_bytes(random.data(), random.size()) != 1) return 0;
  if (key != nullptr) {
    delete static_cast<std::string*>(SSL_get_ex_data(connection, name_index()));
    SSL_set_ex_data(connection, name_index(), new std::string(name));
  }
  *session = key != nullptr ? make_session(connection, key->secret.data(), key->secret.size())
                            : make_session(connection, random.data(), random.size());
  return *session != nullptr ? 1 : 0;
}

int use_key(SSL* connection, const EVP_MD* hash, const unsigned char** identity, std::size_t* size,
            SSL_SESSION** session) {
  *identity = nullptr;
  *size = 0;
  *session = nullptr;
  if (hash != nullptr && !EVP_MD_is_a(hash, "SHA256")) return 1;  // no key for that: the handshake fails
  const Key& key = settings_of(connection).keys().own();
  *session = make_session(connection, key.secret.data(), key.secret.size());
  *identity = reinterpret_cast<const unsigned char*>(key.name.data());
  *size = key.name.size();
  return *session != nullptr ? 1 : 0;
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, size, protocols.data(), protocols.size(), offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Tls::Tls(Keys keys, Side side) : keys_(std::move(keys)), side_(side) {
  context_ = SSL_CTX_new(side == Side::Connects ? TLS_client_method() : TLS_server_method());
  const char* const suites = has_aes() ? "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256"
                                       : "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
  if (context_ == nullptr || SSL_CTX_set_min_proto_version(context_, TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_max_proto_version(context_, TLS1_3_VERSION) != 1 || SSL_CTX_set_ciphersuites(context_, suites) != 1 ||
      SSL_CTX_set_num_tickets(context_, 0) != 1 || SSL_CTX_set_max_early_data(context_, 0) != 1 ||
      SSL_CTX_set_recv_max_early_data(context_, 0) != 1) {
    SSL_CTX_free(context_);
    throw Error(Status::Resources, "TLS: " + tls_failure());
  }
  SSL_CTX_set_app_data(context_, this);
  SSL_CTX_set_options(context_, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                    SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context_, 1);
  SSL_CTX_set_default_read_buffer_len(context_, io_size);
  if (side == Side::Connects) {
    SSL_CTX_set_alpn_protos(context_, protocols.data(), protocols.size());
    SSL_CTX_set_psk_use_session_callback(context_, use_key);
  } else {
    SSL_CTX_set_alpn_select_cb(context_, choose_protocol, nullptr);
    SSL_CTX_set_psk_find_session_callback(context_, find_key);
  }
}

Tls::~Tls() { SSL_CTX_free(context_); }

ssl_st* Tls::open(int socket) const {
  SSL* const connection = SSL_new(context_);
  BIO* const both = BIO_new_socket(socket, BIO_NOCLOSE);
  BIO* const buffer = BIO_new(BIO_f_buffer());
  if (connection == nullptr || both == nullptr || buffer == nullptr ||
      BIO_set_write_buffer_size(buffer, io_size) != 1 || BIO_up_ref(both) != 1) {
    throw Error(Status::Resources, "TLS: " + tls_failure());
  }
  SSL_set0_rbio(connection, both);
  SSL_set0_wbio(connection, BIO_push(buffer, both));
  if (side_ == Side::Connects) {
    SSL_set_connect_state(connection);
  } else {
    SSL_set_accept_state(connection);
  }
  return connection;
}

std::string proven_name(ssl_st* connection) {
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(connection, &protocol, &size);
  // Without the key nothing is proved; no certificate is ever asked for.
  const bool is_hop = size == protocols[0] && std::memcmp(protocol, protocols.data() + 1, size) == 0;
  if (!is_hop || SSL_session_reused(connection) != 1) return {};
  const auto* const name = static_cast<const std::string*>(SSL_get_ex_data(connection, name_index()));
  return SSL_is_server(connection) == 0 ? settings_of(connection).keys().own().name : name == nullptr ? "" : *name;
}

std::string tls_failure() {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  if (code == 0) return "failed";
  if (ERR_GET_LIB(code) == ERR_LIB_SSL) {
    switch (ERR_GET_REASON(code)) {
      case SSL_R_BINDER_DOES_NOT_VERIFY:
        return "the other end has another key, or a name that this end does not know";
      case SSL_R_SSLV3_ALERT_ILLEGAL_PARAMETER:  // of the binder
        return "the other end has another key for this name, or does not know it";
      case SSL_R_NO_SHARED_CIPHER:
      case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
        return "the other end has no key";
      case SSL_R_WRONG_VERSION_NUMBER:
      case SSL_R_HTTP_REQUEST:
      case SSL_R_HTTPS_PROXY_REQUEST:
        return "the other end does not speak TLS";
      case SSL_R_UNSUPPORTED_PROTOCOL:
      case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        return "the other end does not speak TLS 1.3";
      case SSL_R_NO_APPLICATION_PROTOCOL:
      case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
        return "the other end speaks another protocol in TLS";
      default:
        break;
    }
  }
  const char* const reason = ERR_reason_error_string(code);
  return reason == nullptr ? "failed" : reason;
}

}  // namespace sl::hop

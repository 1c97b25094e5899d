// libcurl's option functions are variadic, which Swift does not import: one typed function for each kind of value.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static inline CURLcode croft_easy_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode croft_easy_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode croft_easy_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode croft_easy_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode croft_easy_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(easy, option, value);
}

// libcurl keeps the pointer, not a copy: the bytes outlive the transfer.
static inline CURLcode croft_easy_set_blob(CURL *easy, CURLoption option, void *bytes, size_t count) {
  struct curl_blob blob = {bytes, count, CURL_BLOB_NOCOPY};
  return curl_easy_setopt(easy, option, &blob);
}

typedef size_t (*croft_data_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*croft_seek_callback)(void *context, curl_off_t offset, int origin);

static inline CURLcode croft_easy_set_data_callback(CURL *easy, CURLoption option, croft_data_callback callback) {
  return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode croft_easy_set_seek_callback(CURL *easy, croft_seek_callback callback) {
  return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, callback);
}

static inline CURLcode croft_easy_get_long(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode croft_easy_get_pointer(CURL *easy, CURLINFO info, void **value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode croft_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

// What a finished transfer's message says, without the union.
static inline CURLcode croft_message_result(const CURLMsg *message) { return message->data.result; }

// A peer that vanishes without a word (power cut, pulled cable) is noticed within half a minute, whether it owes us
// acknowledgements or we wait for it: Linux ends a connection when TCP_USER_TIMEOUT has passed with data or a keepalive
// probe unanswered (tcp(7)). libcurl has an option for the probes only.
static inline int croft_notice_dead_peers(void *context, curl_socket_t socket, curlsocktype purpose) {
  (void)context;
  (void)purpose;
  unsigned int milliseconds = 30000;
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
  return CURL_SOCKOPT_OK;
}

static inline CURLcode croft_easy_set_keepalive(CURL *easy) {
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 15L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 5L);
  return curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, croft_notice_dead_peers);
}

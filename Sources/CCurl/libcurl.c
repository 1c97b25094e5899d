// libcurl, loaded when its first function is called.
//
// It brings thirty libraries of its own (Kerberos, LDAP, TLS …), and loading them takes longer than all that a command
// without a network does: `croft --help`, `croft check`, a completion. So the program is not linked with it; the
// functions below have the names of libcurl's and pass on to them. They are seen by this program alone: libcurl itself
// goes on calling its own.

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#pragma GCC visibility push(hidden)

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

static void *library;

static void load(void) {
  library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library) return;
  // As the dynamic linker says it of a library that a program is linked with.
  fprintf(stderr, "croft: error while loading a shared library: %s\nInstall it: apt-get install libcurl4\n", dlerror());
  exit(127);
}

static void *function(const char *name) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  void *found = dlsym(library, name);
  if (found) return found;
  fprintf(stderr, "croft: this libcurl is too old: %s\nInstall a newer one: apt-get install libcurl4\n", dlerror());
  exit(127);
}

// The function of libcurl with the name and type of the one that is being defined.
#define LIBCURL(name) \
  static __typeof__(&name) real; \
  __typeof__(&name) call = __atomic_load_n(&real, __ATOMIC_RELAXED); \
  if (!call) { \
    call = (__typeof__(&name))function(#name); \
    __atomic_store_n(&real, call, __ATOMIC_RELAXED); \
  }

CURLcode curl_global_init(long flags) { LIBCURL(curl_global_init) return call(flags); }
void curl_free(void *memory) { LIBCURL(curl_free) call(memory); }

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text) {
  LIBCURL(curl_slist_append) return call(list, text);
}
void curl_slist_free_all(struct curl_slist *list) { LIBCURL(curl_slist_free_all) call(list); }

CURL *curl_easy_init(void) { LIBCURL(curl_easy_init) return call(); }
void curl_easy_cleanup(CURL *easy) { LIBCURL(curl_easy_cleanup) call(easy); }
CURLcode curl_easy_pause(CURL *easy, int what) { LIBCURL(curl_easy_pause) return call(easy, what); }
const char *curl_easy_strerror(CURLcode code) { LIBCURL(curl_easy_strerror) return call(code); }

CURLM *curl_multi_init(void) { LIBCURL(curl_multi_init) return call(); }
CURLMcode curl_multi_cleanup(CURLM *multi) { LIBCURL(curl_multi_cleanup) return call(multi); }
CURLMcode curl_multi_add_handle(CURLM *multi, CURL *easy) { LIBCURL(curl_multi_add_handle) return call(multi, easy); }
CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *easy) {
  LIBCURL(curl_multi_remove_handle) return call(multi, easy);
}
CURLMcode curl_multi_perform(CURLM *multi, int *running) { LIBCURL(curl_multi_perform) return call(multi, running); }
CURLMcode curl_multi_poll(CURLM *multi, struct curl_waitfd *extra, unsigned int count, int timeout, int *ready) {
  LIBCURL(curl_multi_poll) return call(multi, extra, count, timeout, ready);
}
CURLMcode curl_multi_wakeup(CURLM *multi) { LIBCURL(curl_multi_wakeup) return call(multi); }
CURLMsg *curl_multi_info_read(CURLM *multi, int *left) { LIBCURL(curl_multi_info_read) return call(multi, left); }

CURLU *curl_url(void) { LIBCURL(curl_url) return call(); }
void curl_url_cleanup(CURLU *url) { LIBCURL(curl_url_cleanup) call(url); }
#if LIBCURL_VERSION_NUM >= 0x080000
typedef const CURLU *url_to_read;
#else
typedef CURLU *url_to_read;
#endif
CURLUcode curl_url_get(url_to_read url, CURLUPart part, char **text, unsigned int flags) {
  LIBCURL(curl_url_get) return call(url, part, text, flags);
}
CURLUcode curl_url_set(CURLU *url, CURLUPart part, const char *text, unsigned int flags) {
  LIBCURL(curl_url_set) return call(url, part, text, flags);
}

// The variadic ones take one argument of the size of a pointer each: a long, a pointer, an offset, a function.
_Static_assert(sizeof(long) == sizeof(void *) && sizeof(curl_off_t) == sizeof(void *), "a 64-bit system");

#include <stdarg.h>

#define ONE_MORE(last) \
  va_list arguments; \
  va_start(arguments, last); \
  void *value = va_arg(arguments, void *); \
  va_end(arguments);

CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...) {
  LIBCURL(curl_easy_setopt)
  ONE_MORE(option)
  return call(easy, option, value);
}
CURLcode curl_easy_getinfo(CURL *easy, CURLINFO info, ...) {
  LIBCURL(curl_easy_getinfo)
  ONE_MORE(info)
  return call(easy, info, value);
}
CURLMcode curl_multi_setopt(CURLM *multi, CURLMoption option, ...) {
  LIBCURL(curl_multi_setopt)
  ONE_MORE(option)
  return call(multi, option, value);
}

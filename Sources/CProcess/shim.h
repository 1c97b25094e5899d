// What glibc 2.36 has and the Glibc module of the toolchain does not show. Nothing is included here:
// this module would become the owner of types that are Glibc's.

/// posix_spawn_file_actions_addclosefrom_np
int croft_spawn_close_from(void *actions, int from) __asm__("posix_spawn_file_actions_addclosefrom_np");
/// posix_spawn_file_actions_addchdir_np
int croft_spawn_change_directory(void *actions, const char *path) __asm__("posix_spawn_file_actions_addchdir_np");
/// pidfd_open
int croft_pidfd_open(int pid, unsigned int flags) __asm__("pidfd_open");
/// pipe2
int croft_pipe(int *ends, int flags) __asm__("pipe2");
/// statfs: fills a struct statfs (at most 128 bytes here), which begins with the file system's type as a long.
int croft_statfs(const char *path, void *result) __asm__("statfs");

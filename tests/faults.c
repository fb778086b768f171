/* Calls of the system on files under one folder fail at the n-th: loaded before all else (LD_PRELOAD). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN, WRITE, RENAME, SYNC };
static char folder[4096];
static int kind = -1, left, code, lasting;
int faults_met; /* how many calls of the kind there were */

/* From now on the n-th call of a kind (0 is the first) fails with an error; all later ones too if `on`. */
void arm(const char *under, int what, int n, int error, int on) {
    strncpy(folder, under, sizeof folder - 1);
    kind = what, left = n, code = error, lasting = on, faults_met = 0;
}

static int fails(int what, const char *path) {
    if (what != kind || !path || strncmp(path, folder, strlen(folder)))
        return 0;
    faults_met++;
    int now = lasting ? left-- <= 0 : left-- == 0;
    if (now)
        errno = code;
    return now;
}

static int fails_at(int what, int fd) {
    char link[64], path[4096];
    if (what != kind)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return fails(what, path);
}

typedef int (*opening)(const char *, int, ...);
typedef int (*renaming)(const char *, const char *);
#define REAL(type, real, name)      \
    static type real;               \
    if (!real)                      \
    real = (type)dlsym(RTLD_NEXT, name)
#define OPENS(name)                                                                  \
    int name(const char *path, int flags, ...) {                                     \
        REAL(opening, real, #name);                                                                                  \
        va_list rest;                                                                \
        va_start(rest, flags);                                                       \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;      \
        va_end(rest);                                                                \
        return fails(OPEN, path) ? -1 : real(path, flags, mode);                     \
    }
#define PUTS(name, parameters, arguments)                                            \
    ssize_t name parameters {                                                        \
        typedef ssize_t (*putting) parameters;                                       \
        REAL(putting, real, #name);                                                  \
        return fails_at(WRITE, fd) ? -1 : real arguments;                            \
    }
#define SYNCS(name)                                                                  \
    int name(int fd) {                                                               \
        typedef int (*syncing)(int);                                                 \
        REAL(syncing, real, #name);                                                  \
        return fails_at(SYNC, fd) ? -1 : real(fd);                                   \
    }

OPENS(open)
OPENS(open64)
PUTS(write, (int fd, const void *data, size_t count), (fd, data, count))
PUTS(pwrite, (int fd, const void *data, size_t count, off_t at), (fd, data, count, at))
PUTS(pwrite64, (int fd, const void *data, size_t count, off64_t at), (fd, data, count, at))
PUTS(writev, (int fd, const struct iovec *data, int count), (fd, data, count))
SYNCS(fsync)
SYNCS(fdatasync)

int rename(const char *from, const char *to) {
    REAL(renaming, real, "rename");
    return fails(RENAME, to) ? -1 : real(from, to);
}

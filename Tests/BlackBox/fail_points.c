// SPDX-License-Identifier: Apache-2.0
//
// Put before the C library (LD_PRELOAD), it kills the unmodified program at a named point: at the nth call of a kind, before it, in
// the middle of it or after it. Without an order it only counts. Orders and counts lie in a file that the test shares (FAIL_POINTS);
// its layout is `struct control` here and `Control` in shim.py.
//
// "Power off" takes from the database's files what was written and not flushed, as a power cut may: everything since each file's last
// flush is undone, newest first. A kill alone leaves that to the kernel, which would hide a commit that was never flushed.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { STATEMENT, LOG_WRITE, COMMIT, DATABASE_WRITE, DATABASE_SYNC, REQUEST, REPLY, CONNECT, OUTGOING_REQUEST, OUTGOING_ANSWER, KINDS };
enum moment { BEFORE, HALF, AFTER };
enum file { OTHER, DATABASE, LOG, CALLER, SHOP };

struct control {
    uint64_t counts[KINDS];
    uint64_t remaining;  // the nth call from now on is meant; 0: only count
    uint32_t kind, moment, power_off, struck;
    int64_t ahead_seconds;  // how far the clock is moved on
    char what[256];
};

static struct control *control;
static uint8_t files[1 << 16];

#define REAL(result, name, ...) static result (*real_##name)(__VA_ARGS__)
REAL(int, open64, const char *, int, ...);
REAL(int, open, const char *, int, ...);
REAL(int, close, int);
REAL(ssize_t, pwrite64, int, const void *, size_t, off_t);
REAL(int, fdatasync, int);
REAL(int, fsync, int);
REAL(int, ftruncate64, int, off_t);
REAL(int, accept4, int, struct sockaddr *, socklen_t *, int);
REAL(int, accept, int, struct sockaddr *, socklen_t *);
REAL(int, connect, int, const struct sockaddr *, socklen_t);
REAL(ssize_t, write, int, const void *, size_t);
REAL(ssize_t, writev, int, const struct iovec *, int);
REAL(ssize_t, send, int, const void *, size_t, int);
REAL(ssize_t, sendmsg, int, const struct msghdr *, int);
REAL(ssize_t, read, int, void *, size_t);
REAL(ssize_t, recv, int, void *, size_t, int);
REAL(ssize_t, recvmsg, int, struct msghdr *, int);
REAL(int, clock_gettime, clockid_t, struct timespec *);
REAL(int, gettimeofday, struct timeval *, void *);
REAL(int, sqlite3_step, void *);
static int (*sqlite3_stmt_readonly)(void *);
static const char *(*sqlite3_sql)(void *);
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void prepare(void) {
#define FIND(name) real_##name = dlsym(RTLD_NEXT, #name)
    FIND(open64), FIND(open), FIND(close), FIND(pwrite64), FIND(fdatasync), FIND(fsync), FIND(ftruncate64), FIND(accept4);
    FIND(accept), FIND(connect), FIND(write), FIND(writev), FIND(send), FIND(sendmsg), FIND(read), FIND(recv), FIND(recvmsg);
    FIND(clock_gettime), FIND(gettimeofday), FIND(sqlite3_step);
    sqlite3_stmt_readonly = dlsym(RTLD_NEXT, "sqlite3_stmt_readonly");
    sqlite3_sql = dlsym(RTLD_NEXT, "sqlite3_sql");
    const char *path = getenv("FAIL_POINTS");
    if (!path) return;
    int shared = real_open(path, O_RDWR | O_CLOEXEC);
    if (shared < 0) {
        fprintf(stderr, "FAIL_POINTS names %s, which cannot be opened.\n", path);
        _exit(99);
    }
    void *place = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
    if (place != MAP_FAILED) control = place;
    real_close(shared);
}
static void ready(void) { pthread_once(&once, prepare); }
__attribute__((constructor)) static void at_start(void) { ready(); }

static uint8_t kind_of_path(const char *path) {
    size_t length = strlen(path);
    if (length > 7 && !strcmp(path + length - 7, ".sqlite")) return DATABASE;
    if (length > 11 && !strcmp(path + length - 11, ".sqlite-wal")) return LOG;
    return OTHER;
}
static uint8_t kind_of(int file) { return file >= 0 && file < 1 << 16 ? files[file] : OTHER; }
static void note(int file, uint8_t kind) {
    if (file >= 0 && file < 1 << 16) files[file] = kind;
}

// What was written and not flushed: what stood there before, and how long the file was.
struct unflushed {
    struct unflushed *older;
    int file;
    uint8_t kind;
    off_t place, length;
    size_t had;
    char before[];
};
static struct unflushed *newest;
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;

static void remember(int file, size_t count, off_t place) {
    struct stat now;
    struct unflushed *one = malloc(sizeof *one + count);
    if (!one || fstat(file, &now)) abort();
    *one = (struct unflushed){newest, file, kind_of(file), place, now.st_size, 0};
    ssize_t had = pread(file, one->before, count, place);
    one->had = had > 0 ? (size_t)had : 0;
    newest = one;
}
// A flush is of the file, whichever of its descriptors it is asked of; there is one database in a process.
static void flushed(uint8_t kind) {
    for (struct unflushed **each = &newest; *each;) {
        struct unflushed *one = *each;
        if (one->kind != kind) {
            each = &one->older;
            continue;
        }
        *each = one->older;
        free(one);
    }
}
static void power_off(void) {
    // Newest first: the oldest of several writes to one place has what the disk holds.
    for (struct unflushed *one = newest; one; one = one->older) {
        if (one->file < 0) continue;
        if (one->had && real_pwrite64(one->file, one->before, one->had, one->place) < 0) abort();
        if (real_ftruncate64(one->file, one->length)) abort();
    }
}

// Counts the call. Answers the moment at which this one is to be the process's last, or -1.
static int meets(enum kind kind, const char *what) {
    if (!control) return -1;
    __atomic_add_fetch(&control->counts[kind], 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&control->remaining, __ATOMIC_SEQ_CST) == 0 || control->kind != (uint32_t)kind) return -1;
    if (__atomic_sub_fetch(&control->remaining, 1, __ATOMIC_SEQ_CST) != 0) return -1;
    // Said before it dies: whoever calls the order off now is told that it is too late.
    __atomic_store_n(&control->struck, 1, __ATOMIC_SEQ_CST);
    snprintf(control->what, sizeof control->what, "%s", what ? what : "");
    return (int)control->moment;
}
// `isLocked`: the caller holds `writing` already.
static void die(int isLocked) {
    if (!isLocked) pthread_mutex_lock(&writing);
    if (control->power_off) power_off();
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

int open64(const char *path, int flags, ...) {
    ready();
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    int file = real_open64(path, flags, mode);
    note(file, kind_of_path(path));
    return file;
}
int open(const char *path, int flags, ...) {
    ready();
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    int file = real_open(path, flags, mode);
    note(file, kind_of_path(path));
    return file;
}
int close(int file) {
    ready();
    uint8_t kind = kind_of(file);
    if (kind == DATABASE || kind == LOG) {
        // What is closed unflushed is taken to be safe: nobody here closes a database that way and goes on.
        pthread_mutex_lock(&writing);
        for (struct unflushed *one = newest; one; one = one->older) {
            if (one->file == file) one->file = -1;
        }
        pthread_mutex_unlock(&writing);
    }
    note(file, OTHER);
    return real_close(file);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off_t place) {
    ready();
    uint8_t kind = kind_of(file);
    if (kind != DATABASE && kind != LOG) return real_pwrite64(file, bytes, count, place);
    pthread_mutex_lock(&writing);
    int moment = meets(kind == LOG ? LOG_WRITE : DATABASE_WRITE, "");
    if (moment == BEFORE) die(1);
    remember(file, count, place);
    ssize_t written = real_pwrite64(file, bytes, moment == HALF ? count / 2 : count, place);
    if (moment >= 0) die(1);
    pthread_mutex_unlock(&writing);
    return written;
}
static int flush(int file, int (*real)(int)) {
    uint8_t kind = kind_of(file);
    if (kind != DATABASE && kind != LOG) return real(file);
    pthread_mutex_lock(&writing);
    int moment = meets(kind == LOG ? COMMIT : DATABASE_SYNC, "");
    if (moment >= 0 && moment != AFTER) die(1);
    int result = real(file);
    if (result == 0) flushed(kind);
    if (moment >= 0) die(1);
    pthread_mutex_unlock(&writing);
    return result;
}
int fdatasync(int file) { return ready(), flush(file, real_fdatasync); }
int fsync(int file) { return ready(), flush(file, real_fsync); }
int accept4(int door, struct sockaddr *address, socklen_t *length, int flags) {
    ready();
    int file = real_accept4(door, address, length, flags);
    note(file, CALLER);
    return file;
}
int accept(int door, struct sockaddr *address, socklen_t *length) {
    ready();
    int file = real_accept(door, address, length);
    note(file, CALLER);
    return file;
}
int connect(int file, const struct sockaddr *address, socklen_t length) {
    ready();
    if (address->sa_family != AF_INET && address->sa_family != AF_INET6) return real_connect(file, address, length);
    note(file, SHOP);
    int moment = meets(CONNECT, "");
    if (moment >= 0 && moment != AFTER) die(0);
    int result = real_connect(file, address, length), trouble = errno;
    if (moment >= 0) die(0);
    errno = trouble;
    return result;
}

// What is said on a line: an answer to a caller, or a request to a shop. Half of it leaves as one write.
#define SAY(file, whole, halfBytes, halfCount)                                                                                              \
    uint8_t kind = kind_of(file);                                                                                                           \
    if (kind != CALLER && kind != SHOP) return whole;                                                                                       \
    int moment = meets(kind == CALLER ? REPLY : OUTGOING_REQUEST, "");                                                                      \
    if (moment == BEFORE) die(0);                                                                                                           \
    ssize_t said = moment == HALF ? real_write(file, halfBytes, (halfCount) / 2) : whole;                                                    \
    int trouble = errno;                                                                                                                    \
    if (moment >= 0) die(0);                                                                                                                \
    errno = trouble;                                                                                                                        \
    return said

ssize_t write(int file, const void *bytes, size_t count) {
    ready();
    SAY(file, real_write(file, bytes, count), bytes, count);
}
ssize_t writev(int file, const struct iovec *parts, int count) {
    ready();
    SAY(file, real_writev(file, parts, count), parts[0].iov_base, parts[0].iov_len);
}
ssize_t send(int file, const void *bytes, size_t count, int flags) {
    ready();
    SAY(file, real_send(file, bytes, count, flags), bytes, count);
}
ssize_t sendmsg(int file, const struct msghdr *message, int flags) {
    ready();
    SAY(file, real_sendmsg(file, message, flags), message->msg_iov[0].iov_base, message->msg_iov[0].iov_len);
}

// What was heard: a caller's request, or a shop's answer. The program is told nothing of it any more.
#define HEAR(file, call)                                                                     \
    ssize_t heard = call;                                                                    \
    int trouble = errno;                                                                     \
    uint8_t kind = kind_of(file);                                                            \
    if (heard > 0 && (kind == CALLER || kind == SHOP)) {                                     \
        if (meets(kind == CALLER ? REQUEST : OUTGOING_ANSWER, "") >= 0) die(0);              \
    }                                                                                        \
    errno = trouble;                                                                         \
    return heard

ssize_t read(int file, void *bytes, size_t count) {
    ready();
    HEAR(file, real_read(file, bytes, count));
}
ssize_t recv(int file, void *bytes, size_t count, int flags) {
    ready();
    HEAR(file, real_recv(file, bytes, count, flags));
}
ssize_t recvmsg(int file, struct msghdr *message, int flags) {
    ready();
    HEAR(file, real_recvmsg(file, message, flags));
}

int sqlite3_step(void *statement) {
    ready();
    if (!statement || sqlite3_stmt_readonly(statement)) return real_sqlite3_step(statement);
    int moment = meets(STATEMENT, sqlite3_sql(statement));
    if (moment >= 0 && moment != AFTER) die(0);
    int result = real_sqlite3_step(statement);
    if (moment >= 0) die(0);
    return result;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    ready();
    int result = real_clock_gettime(clock, time);
    if (result == 0 && control && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += control->ahead_seconds;
    return result;
}
int gettimeofday(struct timeval *time, void *zone) {
    ready();
    int result = real_gettimeofday(time, zone);
    if (result == 0 && control) time->tv_sec += control->ahead_seconds;
    return result;
}

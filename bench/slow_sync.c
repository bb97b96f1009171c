/* A disk that takes 2 ms more for each sync, as an ordinary server's does. Loaded by LD_PRELOAD.
 * The real call is made as well. See bench/contestants.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int slowly(const char *name, int fd) {
    struct timespec pause = {0, 2000000};
    int (*really)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    nanosleep(&pause, 0);
    return really(fd);
}

int fsync(int fd) { return slowly("fsync", fd); }
int fdatasync(int fd) { return slowly("fdatasync", fd); }

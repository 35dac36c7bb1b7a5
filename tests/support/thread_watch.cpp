// SPDX-License-Identifier: GPL-3.0-or-later
// Loaded before the program (LD_PRELOAD): says on stderr when a thread that must never wait for the disk calls what
// may. Threads of a process share nothing here but the counters of the linker; each call is passed on unchanged. Linux.
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

struct sqlite3_stmt;

namespace {

enum class Thread { Unknown, Gui, Gateway, Other };

// The name is given when the thread starts, before any of these calls.
Thread thisThread()
{
    static thread_local Thread known = Thread::Unknown;
    if (known == Thread::Unknown) {
        char name[32] = {};
        pthread_getname_np(pthread_self(), name, sizeof name);
        known = syscall(SYS_gettid) == getpid()     ? Thread::Gui
                : std::strcmp(name, "gateway") == 0 ? Thread::Gateway
                                                    : Thread::Other;
    }
    return known;
}

void report(const char *call)
{
    const Thread thread = thisThread();
    if (thread == Thread::Other)
        return;
    dprintf(STDERR_FILENO, "thread watch: %s on the %s thread\n", call, thread == Thread::Gui ? "GUI" : "gateway");
    void *frames[24];
    backtrace_symbols_fd(frames, backtrace(frames, 24), STDERR_FILENO);
}

template<class Function>
Function *next(const char *name)
{
    return reinterpret_cast<Function *>(dlsym(RTLD_NEXT, name));
}

} // namespace

extern "C" {

int fsync(int fd)
{
    static const auto real = next<int(int)>("fsync");
    report("fsync");
    return real(fd);
}

int fdatasync(int fd)
{
    static const auto real = next<int(int)>("fdatasync");
    report("fdatasync");
    return real(fd);
}

int sqlite3_step(sqlite3_stmt *statement)
{
    static const auto real = next<int(sqlite3_stmt *)>("sqlite3_step");
    report("sqlite3_step");
    return real(statement);
}
}

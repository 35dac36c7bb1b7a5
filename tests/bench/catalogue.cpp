// SPDX-License-Identifier: GPL-3.0-or-later
// What a start pays for the shipped catalogue: CPU time of this thread, the first time and each lookup after it.
//   bench_catalogue
#include "core/catalogue/catalogue.h"

#include <cstdio>
#include <ctime>

using namespace signalbox;

namespace {

double cpuMs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

} // namespace

int main()
{
    const double begun = cpuMs();
    const auto catalogue = Catalogue::builtIn();
    const double loaded = cpuMs();
    for (size_t i = 0; i < catalogue->size(); ++i)
        (void)catalogue->at(i);
    const double read = cpuMs();
    std::printf("builtIn(): %.1f ms, %zu models; all their facts: %.1f ms\n", loaded - begun, catalogue->size(),
                read - loaded);
    return 0;
}

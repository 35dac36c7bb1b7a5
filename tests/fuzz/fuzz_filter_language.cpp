// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/filter/filter_edit.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

// Any text is read: problems lie inside it, what is written from its terms reads back as the same terms, and choosing a
// value and taking it back leaves it neither chosen nor left out.
int fuzzOne(const uint8_t *data, size_t size)
{
    using namespace signalbox;
    const std::string text(reinterpret_cast<const char *>(data), size);
    const FilterMoment moment{1'800'000'000'000, QTimeZone::utc()};
    const FilterText filter = readFilter(text, moment);
    bool sound = true;
    for (const FilterProblem &problem : filter.problems)
        sound = sound && problem.start + problem.length <= size;
    for (const FilterWord &word : filter.words)
        sound = sound && word.length > 0 && word.start + word.length <= size;
    sound = sound && filter.words.size() >= filter.terms.size();
    const FilterText again = readFilter(writeFilter(filter.terms), moment);
    sound = sound && again.isSound() && again.terms == filter.terms;
    for (size_t place = 0; place <= size; ++place) {
        const FilterTyping typing = filterTypingAt(text, place);
        sound = sound && typing.start <= place && typing.start + typing.length <= size;
    }
    if (filter.isSound()) {
        const std::string chosen = withFilterChoice(text, "project", "a b", FilterChoice::Chosen);
        sound = sound && filterChoice(readFilter(chosen, moment), "project", "a b") == FilterChoice::Chosen;
        const std::string back = withFilterChoice(chosen, "project", "a b", FilterChoice::None);
        sound = sound && filterChoice(readFilter(back, moment), "project", "a b") == FilterChoice::None;
    }
    if (!sound) {
        std::fprintf(stderr, "not as a filter must be\n");
        std::abort();
    }
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/bpe.h"
#include "core/tokens/splitter.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

// How fast texts are counted, and the ratio to counting their characters one by one, which is what a machine's speed is
// told by here. Best of five rounds, and the first, which meets cold caches. Without arguments: texts made up here;
// else the files named.

using namespace signalbox;

namespace {

using Steady = std::chrono::steady_clock;

double msSince(Steady::time_point begin)
{
    return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

// What `wc -m` does: the bytes that are no continuation, and no vector tricks.
size_t characters(const std::string &text)
{
    volatile size_t count = 0;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80)
            count = count + 1;
    }
    return count;
}

struct Sample {
    std::string name;
    std::string text;
};

uint32_t next(uint32_t &state)
{
    return state = state * 1664525U + 1013904223U;
}

std::string shuffled(const std::vector<const char *> &words, const char *gap, size_t bytes)
{
    uint32_t state = 7;
    std::string text;
    while (text.size() < bytes) {
        text += words[(next(state) >> 8U) % words.size()];
        text += (next(state) >> 28U) == 0 ? ".\n" : gap;
    }
    return text;
}

std::vector<Sample> madeUp()
{
    const std::vector<const char *> english = {
        "The",     "signalman", "watches",  "every",   "train",  "that",  "comes",     "down",    "the",
        "line",    "and",       "sets",     "points",  "before", "it",    "arrives",   "at",      "junction",
        "without", "delay",     "although", "weather", "rarely", "helps", "operators", "decide",  "quickly",
        "between", "routes",    "of",       "unequal", "length", "whose", "cost",      "changes", "hourly"};
    const std::vector<const char *> code = {"int main(int argc, char **argv)\n{\n",
                                            "    for (size_t i = 0; i < items.size(); ++i)\n",
                                            "return nullptr;",
                                            "std::vector<std::string>",
                                            "const auto &value = map.find(key)->second;",
                                            "// why this is so",
                                            "if (!result)\n        return error;",
                                            "m_pendingRequests.emplace_back(id, 0x7f3a);",
                                            "}\n\n"};
    const std::vector<const char *> cjk = {"信号", "操作员", "看到", "每一列", "火车",     "并",      "设置",
                                           "道岔", "的",     "地方", "，",     "这个",     "程序",    "在",
                                           "本地", "运行",   "网关", "請求",   "機械学習", "の",      "研究",
                                           "が",   "進んで", "いる", "。",     "문장도",   "있습니다"};
    constexpr size_t part = 1024 * 1024;
    std::vector<Sample> samples = {{"english", shuffled(english, " ", part)},
                                   {"code", shuffled(code, "\n    ", part)},
                                   {"cjk", shuffled(cjk, "", part)}};
    std::string mixed;
    for (size_t at = 0; at < part / 3; at += 8192) { // a border may cut a character: it then counts as U+FFFD
        for (int i = 0; i < 3; ++i)
            mixed.append(samples[static_cast<size_t>(i)].text, at, 8192);
    }
    samples.push_back({"mixed", mixed});
    samples.push_back({"prompt of 100 KB", mixed.substr(0, 100'000)});
    samples.push_back({"one letter", std::string(part, 'a')});
    return samples;
}

} // namespace

int main(int argc, char **argv)
{
    std::vector<Sample> samples;
    for (int i = 1; i < argc; ++i) {
        std::ifstream file(argv[i], std::ios::binary);
        samples.push_back({argv[i], std::string(std::istreambuf_iterator<char>(file), {})});
    }
    if (samples.empty())
        samples = madeUp();
    for (const VocabularyId id : {VocabularyId::O200k, VocabularyId::Cl100k}) {
        const auto begin = Steady::now();
        const Vocabulary &vocabulary = Vocabulary::of(id);
        std::printf("%s: tables made in %.1f ms\n", vocabularyName(id), msSince(begin));
        for (const Sample &sample : samples) {
            Bpe bpe(vocabulary);
            double first = 0;
            double best = 1e9;
            double scan = 1e9;
            int64_t tokens = 0;
            for (int round = 0; round < 5; ++round) {
                auto started = Steady::now();
                tokens = bpe.count(sample.text);
                best = std::min(best, msSince(started));
                first = round == 0 ? best : first;
                started = Steady::now();
                characters(sample.text);
                scan = std::min(scan, msSince(started));
            }
            const double megabytes = static_cast<double>(sample.text.size()) / 1e6;
            std::printf("  %-18s %9zu bytes %8lld tokens  best %6.1f MB/s  first %6.1f MB/s %7.2f ms  × %.1f of a "
                        "character scan\n",
                        sample.name.c_str(), sample.text.size(), static_cast<long long>(tokens), megabytes / best * 1e3,
                        megabytes / first * 1e3, first, best / scan);
        }
    }
}

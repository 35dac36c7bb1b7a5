// SPDX-License-Identifier: GPL-3.0-or-later
#include "matrix_table.h"

#include <sstream>

namespace matrix {

using namespace signalbox;

namespace {

constexpr std::string_view beginMark = "<!-- matrix: begin -->\n";
constexpr std::string_view endMark = "<!-- matrix: end -->\n";

const char *columnName(Scenario scenario)
{
    static constexpr std::array names = {"plain",
                                         "stream",
                                         "tool round trip",
                                         "parallel tools, streamed",
                                         "image in",
                                         "tool result with image",
                                         "structured output",
                                         "thinking, two turns",
                                         "stop sequence",
                                         "max tokens reached",
                                         "429",
                                         "500",
                                         "death in mid-stream"};
    static_assert(names.size() == allScenarios.size());
    return names[static_cast<size_t>(scenario)];
}

// Footnotes in the order in which they are met; the same words get the same number.
class Footnotes
{
public:
    int number(const std::string &note)
    {
        const auto [place, isNew] = m_numbers.emplace(note, static_cast<int>(m_numbers.size()) + 1);
        if (isNew)
            m_list += std::to_string(place->second) + ". " + escaped(note) + "\n";
        return place->second;
    }
    const std::string &list() const { return m_list; }

private:
    static std::string escaped(const std::string &note)
    {
        std::string text;
        for (const char letter : note) {
            if (letter == '<' || letter == '|' || letter == '*')
                text += '\\';
            text += letter == '\n' ? ' ' : letter;
        }
        return text;
    }

    std::map<std::string, int> m_numbers;
    std::string m_list;
};

} // namespace

std::string Place::name() const
{
    return std::string(dialectName(client)) + " -> " + dialectName(provider) + ": " + scenarioName(scenario);
}

std::string verdictLines(const Verdicts &verdicts)
{
    std::string text;
    for (const auto &[place, verdict] : verdicts) {
        if (verdict.grade != Grade::Yes)
            text += place.name() + " | " + verdict.text() + "\n";
    }
    return text;
}

std::map<std::string, std::string> readVerdictLines(const std::string &text)
{
    std::map<std::string, std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        if (const size_t bar = line.find(" | "); bar != std::string::npos)
            lines[line.substr(0, bar)] = line.substr(bar + 3);
    }
    return lines;
}

std::string markdown(const Verdicts &verdicts)
{
    Footnotes footnotes;
    std::string table = "| client → provider |";
    std::string rule = "| --- |";
    for (const Scenario scenario : allScenarios) {
        table += std::string(" ") + columnName(scenario) + " |";
        rule += " --- |";
    }
    table += "\n" + rule + "\n";
    for (const Dialect client : allDialects) {
        for (const Dialect provider : allDialects) {
            table += std::string("| ") + dialectName(client) + " → " + dialectName(provider) + " |";
            for (const Scenario scenario : allScenarios) {
                const Verdict &verdict = verdicts.at({client, provider, scenario});
                table += verdict.grade == Grade::Yes ? " ✓" : verdict.grade == Grade::Lossy ? " ~" : " ✗";
                for (const std::string &note : verdict.notes)
                    table += " " + std::to_string(footnotes.number(note));
                table += " |";
            }
            table += "\n";
        }
    }
    return "✓ nothing is lost; ~ it works, approximated; ✗ one of the two APIs has no way to say it. Numbers are the "
           "notes below: one with a pointer stands in the loss report, `added` is what was sent in the place of "
           "something "
           "else, `reply` is a word that the client's API has no equal for.\n\n" +
           table + "\n" + footnotes.list();
}

std::string markedPart(const std::string &readme)
{
    const size_t begin = readme.find(beginMark);
    const size_t end = readme.find(endMark);
    if (begin == std::string::npos || end == std::string::npos)
        return {};
    return readme.substr(begin + beginMark.size(), end - begin - beginMark.size());
}

std::string withMarkedPart(const std::string &readme, const std::string &part)
{
    const size_t begin = readme.find(beginMark);
    const size_t end = readme.find(endMark);
    if (begin == std::string::npos || end == std::string::npos)
        return {};
    return readme.substr(0, begin + beginMark.size()) + part + readme.substr(end);
}

} // namespace matrix

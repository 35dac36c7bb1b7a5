// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/providers/quirk_fields.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <boost/json.hpp>

#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;
namespace json = boost::json;

namespace signalbox {

namespace {

json::object objectOf(const std::string &quirks)
{
    boost::system::error_code code;
    json::value value = json::parse(quirks, code);
    return !code && value.is_object() ? std::move(value.get_object()) : json::object();
}

std::string textOf(const json::object &object)
{
    return object.empty() ? std::string() : json::serialize(object);
}

} // namespace

std::vector<QuirkWord> quirkWords()
{
    using Q = QuirkFields;
    return {{u"developerRole"_s, Q::tr("Knows the developer role"), false},
            {u"usageInStream"_s, Q::tr("Tells its usage in streams when asked"), false},
            {u"store"_s, Q::tr("Takes the field store"), false},
            {u"strictTools"_s, Q::tr("Takes strict tool schemas"), false},
            {u"parallelTools"_s, Q::tr("Takes parallel_tool_calls"), false},
            {u"replayReasoning"_s, Q::tr("Wants its thinking back in tool loops"), false},
            {u"midSystem"_s, Q::tr("Takes system messages inside a conversation"), false},
            {u"shortToolIds"_s, Q::tr("Tool ids have nine letters or digits"), false},
            {u"jsonSchemaTools"_s, Q::tr("Takes full JSON schemas for tools"), false},
            {u"fileUrls"_s, Q::tr("Fetches images by their address"), false},
            {u"customTools"_s, Q::tr("Knows custom tools"), false},
            {u"cacheControl"_s, Q::tr("Takes cache_control"), false},
            {u"promptCacheKey"_s, Q::tr("Takes prompt_cache_key"), false},
            {u"videoParts"_s, Q::tr("Takes video_url"), false},
            {u"maxTokensField"_s, Q::tr("Its field for the most tokens"), true},
            {u"thinking"_s, Q::tr("Its way of thinking"), true},
            {u"seedField"_s, Q::tr("Its field for the seed"), true},
            {u"requiredToolChoice"_s, Q::tr("Its word for a tool that must be called"), true}};
}

std::string withQuirk(const std::string &quirks, const std::string &key, const std::optional<bool> &value)
{
    json::object object = objectOf(quirks);
    if (value)
        object[key] = *value;
    else
        object.erase(key);
    return textOf(object);
}

std::string withQuirkText(const std::string &quirks, const std::string &key, const std::string &value)
{
    json::object object = objectOf(quirks);
    if (!value.empty())
        object[key] = value;
    else
        object.erase(key);
    return textOf(object);
}

std::optional<bool> quirkFlag(const std::string &quirks, const std::string &key)
{
    const json::object object = objectOf(quirks);
    const json::value *value = object.if_contains(key);
    return value && value->is_bool() ? std::optional<bool>(value->get_bool()) : std::nullopt;
}

std::string quirkText(const std::string &quirks, const std::string &key)
{
    const json::object object = objectOf(quirks);
    const json::value *value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

QuirkFields::QuirkFields(QWidget *parent) : QWidget(parent)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(makeLabel(tr("Quirks of its API"), TextStyle::PanelHead, Token::Text));
    QLabel *note = makeLabel(tr("Where it departs from its dialect. Presets know those of theirs; change one only when "
                                "the provider answers otherwise."),
                             TextStyle::Small, Token::Text3);
    note->setWordWrap(true);
    column->addWidget(note);
    for (const QuirkWord &quirk : quirkWords()) {
        QLabel *label = makeLabel(quirk.words, TextStyle::BodyStrong, Token::Text);
        label->setWordWrap(true);
        column->addWidget(label);
        if (quirk.isText) {
            auto *edit = new QLineEdit;
            edit->setAccessibleName(quirk.words);
            edit->setAccessibleDescription(tr("Empty: as the preset says"));
            edit->setToolTip(tr("Empty: as the preset says"));
            label->setBuddy(edit);
            column->addWidget(edit);
            m_texts[quirk.key] = edit;
            continue;
        }
        auto *box = new QComboBox;
        box->setMinimumHeight(28);
        box->addItem(tr("As the preset says"));
        box->addItem(tr("Yes"), true);
        box->addItem(tr("No"), false);
        box->setAccessibleName(quirk.words);
        label->setBuddy(box);
        column->addWidget(box);
        m_flags[quirk.key] = box;
    }
}

void QuirkFields::setQuirks(const std::string &quirks)
{
    m_quirks = quirks;
    for (const auto &[key, box] : m_flags) {
        const auto flag = quirkFlag(quirks, key.toStdString());
        box->setCurrentIndex(!flag ? 0 : *flag ? 1 : 2);
    }
    for (const auto &[key, edit] : m_texts)
        edit->setText(QString::fromStdString(quirkText(quirks, key.toStdString())));
}

// What was not touched stays as it was written, also a note where a flag could stand.
std::string QuirkFields::quirks() const
{
    std::string now = m_quirks;
    for (const auto &[key, box] : m_flags) {
        const std::string name = key.toStdString();
        const std::optional<bool> chosen =
            box->currentIndex() == 0 ? std::nullopt : std::optional<bool>(box->currentIndex() == 1);
        if (chosen != quirkFlag(m_quirks, name))
            now = withQuirk(now, name, chosen);
    }
    for (const auto &[key, edit] : m_texts) {
        const std::string name = key.toStdString();
        const std::string written = edit->text().trimmed().toStdString();
        if (written != quirkText(m_quirks, name))
            now = withQuirkText(now, name, written);
    }
    return now;
}

QWidget *QuirkFields::field(const QString &key) const
{
    if (const auto flag = m_flags.find(key); flag != m_flags.end())
        return flag->second;
    const auto text = m_texts.find(key);
    return text == m_texts.end() ? nullptr : text->second;
}

} // namespace signalbox

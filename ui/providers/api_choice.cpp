// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/providers/api_choice.h"

#include "core/config/presets.h"
#include "core/dialect/dialect.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QVBoxLayout>

namespace signalbox {

namespace {

constexpr int DialectRole = Qt::UserRole;
constexpr int AddressRole = Qt::UserRole + 1;

QString titleOf(const std::string &dialect)
{
    switch (dialectFromName(dialect).value_or(Dialect::OpenAiChat)) {
    case Dialect::OpenAiResponses:
        return ApiChoice::tr("OpenAI Responses");
    case Dialect::Anthropic:
        return ApiChoice::tr("Anthropic Messages");
    case Dialect::Gemini:
        return ApiChoice::tr("Google Gemini");
    case Dialect::Ollama:
        return ApiChoice::tr("Ollama");
    case Dialect::OpenAiChat:
        break;
    }
    return ApiChoice::tr("OpenAI Chat Completions");
}

} // namespace

ApiChoice::ApiChoice(QWidget *parent) : QWidget(parent), m_box(new QComboBox)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    QLabel *label = makeLabel(tr("&API"), TextStyle::BodyStrong, Token::Text);
    label->setBuddy(m_box);
    m_box->setAccessibleName(tr("API"));
    m_box->setMinimumHeight(28);
    m_box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_box->setMinimumContentsLength(12);
    column->addWidget(label);
    column->addWidget(m_box);
    connect(m_box, &QComboBox::activated, this, [this] {
        const QString address = m_box->currentData(AddressRole).toString();
        if (!address.isEmpty())
            Q_EMIT addressSuggested(address);
    });
    setPreset({});
}

void ApiChoice::setPreset(const std::string &presetId)
{
    const QSignalBlocker quiet(m_box);
    m_preset = presetId;
    m_box->clear();
    const auto add = [this](const QString &text, const std::string &dialect, const std::string &address) {
        m_box->addItem(text, QString::fromStdString(dialect));
        m_box->setItemData(m_box->count() - 1, QString::fromStdString(address), AddressRole);
    };
    const Preset *preset = findPreset(presetId);
    if (!preset || preset->id == "custom") {
        for (const Dialect dialect : allDialects)
            add(titleOf(dialectName(dialect)), dialectName(dialect), {});
        return;
    }
    if (preset->endpoints.size() > 1)
        add(tr("All it offers: each client meets its own"), preset->dialect, preset->baseUrl);
    for (const PresetEndpoint &endpoint : preset->endpoints) {
        const bool covered = preset->endpoints.size() > 1 && endpoint.dialect == preset->dialect;
        if (!covered)
            add(titleOf(endpoint.dialect), endpoint.dialect, endpoint.baseUrl);
    }
}

void ApiChoice::choose(const std::string &dialect)
{
    const int at = m_box->findData(QString::fromStdString(dialect), DialectRole);
    m_box->setCurrentIndex(at < 0 ? 0 : at);
}

std::string ApiChoice::dialect() const
{
    return m_box->currentData(DialectRole).toString().toStdString();
}

} // namespace signalbox

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/providers/provider_limits.h"

#include "core/config/config_reader.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QVBoxLayout>

#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct TimeField {
    const char *key;
    Millis TimeoutsConfig::*member;
};
constexpr std::array<TimeField, 5> timeFields{{{"connect", &TimeoutsConfig::connect},
                                               {"firstByte", &TimeoutsConfig::firstByte},
                                               {"firstToken", &TimeoutsConfig::firstToken},
                                               {"idle", &TimeoutsConfig::idle},
                                               {"total", &TimeoutsConfig::total}}};

} // namespace

ProviderLimits::ProviderLimits(QWidget *parent) : QWidget(parent)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(makeLabel(tr("How long to wait"), TextStyle::PanelHead, Token::Text));
    add(column, u"connect"_s, tr("Connection"), tr("A time such as 2 s"));
    add(column, u"firstByte"_s, tr("First byte"), {});
    add(column, u"firstToken"_s, tr("First token"), {});
    add(column, u"idle"_s, tr("Silence in a reply"), {});
    add(column, u"total"_s, tr("Whole reply"), {});
    add(column, u"minTokensPerSecond"_s, tr("Tokens per second at least"), tr("0: a slow stream may go on"));
    column->addSpacing(8);
    add(column, u"check"_s, tr("Check its health every"),
        tr("A cheap question for its models. Empty: never by itself"));
    add(column, u"caFile"_s, tr("Further trusted certificates"), tr("A PEM file, beside the system's. Empty: none"));
}

void ProviderLimits::add(QVBoxLayout *column, const QString &key, const QString &label, const QString &hint)
{
    auto *edit = new QLineEdit;
    QLabel *name = makeLabel(label, TextStyle::BodyStrong, Token::Text);
    name->setBuddy(edit);
    edit->setAccessibleName(label);
    QLabel *note = makeLabel(hint, TextStyle::Small, Token::Text3);
    note->setWordWrap(true);
    note->setVisible(!hint.isEmpty());
    column->addWidget(name);
    column->addWidget(edit);
    column->addWidget(note);
    m_fields[key] = {edit, note, hint};
}

QLineEdit *ProviderLimits::field(const QString &key) const
{
    const auto found = m_fields.find(key);
    return found == m_fields.end() ? nullptr : found->second.edit;
}

void ProviderLimits::setProvider(const ProviderConfig &provider)
{
    for (const TimeField &one : timeFields)
        field(QLatin1String(one.key))->setText(QString::fromStdString(formatDuration(provider.timeouts.*one.member)));
    field(u"minTokensPerSecond"_s)->setText(QString::number(provider.timeouts.minTokensPerSecond, 'g', 6));
    field(u"check"_s)
        ->setText(provider.checkEvery == Millis(0) ? QString()
                                                   : QString::fromStdString(formatDuration(provider.checkEvery)));
    field(u"caFile"_s)->setText(QString::fromStdString(provider.caFile));
    for (const auto &[key, one] : m_fields)
        wrong(key, {});
}

QWidget *ProviderLimits::wrong(const QString &key, const QString &message)
{
    const Field &one = m_fields.at(key);
    one.note->setText(message.isEmpty() ? one.hint : message);
    one.note->setVisible(!one.note->text().isEmpty());
    setLabelToken(one.note, message.isEmpty() ? Token::Text3 : Token::StopText);
    one.edit->setAccessibleDescription(one.note->text());
    setInvalid(one.edit, !message.isEmpty());
    return one.edit;
}

QWidget *ProviderLimits::takeInto(ProviderConfig &provider)
{
    QWidget *first = nullptr;
    const auto check = [&](const QString &key, bool good, const QString &message) {
        QWidget *edit = wrong(key, good ? QString() : message);
        if (!good && !first)
            first = edit;
        return good;
    };
    const auto time = [this](const QString &key) {
        return parseDuration(field(key)->text().trimmed().remove(u' ').remove(QChar(QChar::Nbsp)).toStdString());
    };
    for (const TimeField &one : timeFields) {
        const QString key = QLatin1String(one.key);
        const auto written = time(key);
        if (check(key, written.has_value(), tr("Write a time such as 800 ms, 2 s or 5 m")))
            provider.timeouts.*one.member = *written;
    }
    bool number = false;
    const double floor =
        QLocale::c().toDouble(field(u"minTokensPerSecond"_s)->text().trimmed().replace(u',', u'.'), &number);
    if (check(u"minTokensPerSecond"_s, number && floor >= 0, tr("Write a number of 0 or more")))
        provider.timeouts.minTokensPerSecond = floor;
    const bool checks = !field(u"check"_s)->text().trimmed().isEmpty();
    const auto every = time(u"check"_s);
    if (check(u"check"_s, !checks || every, tr("Write a time such as 60 s, or nothing")))
        provider.checkEvery = checks ? *every : Millis(0);
    const QString file = field(u"caFile"_s)->text().trimmed();
    if (check(u"caFile"_s, file.isEmpty() || QFileInfo(file).isReadable(), tr("There is no such file to read")))
        provider.caFile = file.toStdString();
    return first;
}

} // namespace signalbox

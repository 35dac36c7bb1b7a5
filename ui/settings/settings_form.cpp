// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settings_form.h"

#include "ui/settings/setting_row.h"
#include "ui/settings/window_settings.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtCore/QPointer>
#include <QtWidgets/QBoxLayout>

namespace signalbox {

SettingsForm::SettingsForm(QWidget *page) : QObject(page), m_page(page), m_window(new WindowSettings(this))
{
    connect(m_window, &WindowSettings::changed, this, &SettingsForm::windowChanged);
    // The view menu changes the theme too.
    connect(&theme(), &Theme::themeChanged, this, &SettingsForm::refreshWindow);
}

SettingRow *SettingsForm::add(const SettingEntry &setting, QBoxLayout *column)
{
    auto *row = new SettingRow(setting);
    column->addWidget(row);
    m_rows.push_back(row);
    m_byKey[setting.key] = row;
    if (!setting.isOfConfig())
        row->setValue(m_window->value(setting));
    connect(row, &SettingRow::edited, this, [this, row] { rowEdited(row); });
    connect(row, &SettingRow::resetRequested, this, [this, row] { reset(row); });
    return row;
}

SettingRow *SettingsForm::row(const QString &key) const
{
    const auto found = m_byKey.find(key);
    return found == m_byKey.end() ? nullptr : found->second;
}

void SettingsForm::fill(const Config &config)
{
    m_base = config;
    for (SettingRow *row : m_rows) {
        if (!row->setting().isOfConfig())
            continue;
        row->setValue(row->setting().read(config));
        row->setPending(false);
    }
}

void SettingsForm::refreshWindow()
{
    for (SettingRow *row : m_rows) {
        if (!row->setting().isOfConfig())
            row->setValue(m_window->value(row->setting()));
    }
}

Config SettingsForm::draftOver(Config config) const
{
    for (const SettingRow *row : m_rows) {
        // Only what was edited is written: what others changed meanwhile stays.
        const SettingEntry &setting = row->setting();
        if (setting.isOfConfig() && row->value() != setting.read(m_base))
            setting.write(config, row->value());
    }
    return config;
}

bool SettingsForm::isChanged() const
{
    return std::any_of(m_rows.begin(), m_rows.end(), [this](const SettingRow *row) {
        return row->setting().isOfConfig() && row->value() != row->setting().read(m_base);
    });
}

bool SettingsForm::validate()
{
    SettingRow *first = nullptr;
    for (SettingRow *row : m_rows) {
        if (row->setting().isOfConfig() && !row->check() && !first)
            first = row;
    }
    if (first)
        first->editor()->setFocus(Qt::OtherFocusReason);
    return !first;
}

bool SettingsForm::placeError(const QString &message)
{
    // The longest pointer wins: an error of /alerts/quietHours/days/1 belongs to the days.
    SettingRow *best = nullptr;
    qsizetype at = -1;
    for (SettingRow *row : m_rows) {
        const qsizetype found = row->setting().isOfConfig() ? message.indexOf(row->setting().key) : -1;
        if (found < 0 || (best && best->setting().key.size() >= row->setting().key.size()))
            continue;
        const qsizetype end = found + row->setting().key.size();
        if (end < message.size() && message[end] != u':' && message[end] != u'/')
            continue;
        best = row;
        at = message.indexOf(QStringLiteral(": "), end);
    }
    if (!best || at < 0)
        return false;
    best->setError(message.sliced(at + 2));
    best->editor()->setFocus(Qt::OtherFocusReason);
    return true;
}

void SettingsForm::rowEdited(SettingRow *row)
{
    const SettingEntry &setting = row->setting();
    if (setting.isOfConfig()) {
        row->setPending(row->value() != setting.read(m_base));
        Q_EMIT edited();
        return;
    }
    const QVariant value = row->value();
    const QString problem = m_window->setValue(setting, value);
    if (!problem.isEmpty())
        row->setValue(m_window->value(setting));
    row->setError(problem);
}

void SettingsForm::reset(SettingRow *row)
{
    const QVariant before = row->value();
    const auto put = [this](SettingRow *into, const QVariant &value) {
        into->setValue(value);
        rowEdited(into);
    };
    put(row, row->setting().usual);
    row->editor()->setFocus(Qt::OtherFocusReason);
    if (ToastHost *toasts = ToastHost::of(m_page)) {
        toasts->show(Signal::Clear,
                     tr("%1: %2 again").arg(row->setting().label, settingValueText(row->setting(), row->value())),
                     tr("Undo"), [guard = QPointer(row), put, before] {
                         if (guard)
                             put(guard, before);
                     });
    }
}

} // namespace signalbox

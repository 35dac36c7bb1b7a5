// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/settings/setting.h"

#include <QtCore/QObject>

#include <map>
#include <vector>

class QBoxLayout;
class QWidget;

namespace signalbox {

class SettingRow;
class WindowSettings;

// The rows of a page and the draft that they are. What concerns the gateway waits for the page's Apply, what concerns
// the window is in force at once. GUI thread; a child of its page.
class SettingsForm final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SettingsForm)

public:
    explicit SettingsForm(QWidget *page);

    SettingRow *add(const SettingEntry &setting, QBoxLayout *column);
    void fill(const Config &config); // what the draft starts from
    void refreshWindow();            // what Preferences has by now
    Config draftOver(Config config) const;
    bool isChanged() const;
    bool validate(); // shows what is wrong and goes there
    // A config's error, `FILE: /listen/port: what`: to the row of that pointer. False: there is none.
    bool placeError(const QString &message);
    SettingRow *row(const QString &key) const; // null: none
    const std::vector<SettingRow *> &rows() const { return m_rows; }
    WindowSettings *window() const { return m_window; }

Q_SIGNALS:
    void edited(); // the draft changed
    void windowChanged(const QString &key, const QVariant &value);

private:
    void rowEdited(SettingRow *row);
    void reset(SettingRow *row);

    QWidget *m_page;
    WindowSettings *m_window;
    std::vector<SettingRow *> m_rows;
    std::map<QString, SettingRow *> m_byKey;
    Config m_base;
};

} // namespace signalbox

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/settings/setting.h"

#include <QtWidgets/QWidget>

class QLabel;
class QToolButton;

namespace signalbox {

// One setting on a page: name, editor, hint that an error replaces, and the way back to the default. GUI thread.
class SettingRow final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SettingRow)

public:
    explicit SettingRow(SettingEntry setting, QWidget *parent = nullptr);

    const SettingEntry &setting() const { return m_setting; }
    QVariant value() const;
    void setValue(const QVariant &value); // not an edit
    void setPending(bool pending);        // edited and not applied
    bool isDefault() const;
    bool isPending() const { return m_pending; }
    bool check(); // shows what is wrong
    void setError(const QString &message);
    QString error() const { return m_error; }
    void setSearch(const QString &search); // its words are marked
    QWidget *editor() const { return m_editor; }
    QLabel *label() const { return m_label; }
    QToolButton *resetButton() const { return m_reset; }

Q_SIGNALS:
    void edited();
    void resetRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    QWidget *makeEditor();
    void touched();
    void describe();

    SettingEntry m_setting;
    QWidget *m_editor;
    QLabel *m_label;
    QLabel *m_note;
    QToolButton *m_reset;
    QString m_error;
    QString m_search;
    bool m_pending = false;
    bool m_filling = false;
};

// "8484", "All requests", "on": a value in words.
QString settingValueText(const SettingEntry &setting, const QVariant &value);

} // namespace signalbox

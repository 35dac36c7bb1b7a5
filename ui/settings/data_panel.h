// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/ledger/history.h"

#include <QtWidgets/QWidget>

#include <functional>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace signalbox {

class MaintenanceActions;

// Copies of config and ledger, the way back to one, and the deletion of requests by age and project. What is deleted
// cannot come back, so it is counted and asked for first, in place. GUI thread; the work is done elsewhere.
class DataPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DataPanel)

public:
    explicit DataPanel(MaintenanceActions *maintenance, QWidget *parent = nullptr);

    void setConfig(const Config &config); // its projects
    void backUpTo(const QString &folder);
    void restoreFrom(const QString &folder); // checks, then asks
    void askToDelete();
    QPushButton *confirmButton() const { return m_confirm; }
    QComboBox *ageBox() const { return m_age; }
    QComboBox *projectBox() const { return m_project; }
    QString said() const;

private:
    void makeCopies(QVBoxLayout *column);
    void makeDeletion(QVBoxLayout *column);
    HistoryChoice choice() const;
    void ask(const QString &question, const QString &confirm, std::function<void()> action);
    void say(const QString &text, bool good);
    void setBusy(bool busy);
    void showStaged();

    MaintenanceActions *m_maintenance;
    QPushButton *m_backUp;
    QPushButton *m_restore;
    QPushButton *m_callOff;
    QComboBox *m_age;
    QComboBox *m_project;
    QPushButton *m_delete;
    QLabel *m_said;
    QWidget *m_question;
    QLabel *m_questionText;
    QPushButton *m_confirm;
    std::function<void()> m_action;
    std::vector<std::string> m_projects;
};

} // namespace signalbox

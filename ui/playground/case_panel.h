// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/playground/test_case_files.h"

#include <QtWidgets/QWidget>

#include <functional>
#include <optional>
#include <string>
#include <vector>

class QCheckBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace signalbox {

class CaseRunner;
class CaseTableModel;
class ConsoleCalls;
class FormDrawer;

// The saved test cases: list, run, results, and the form that saves the present conversation as one. GUI thread; files
// are read and written on others.
class CasePanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CasePanel)

public:
    CasePanel(ConsoleCalls *calls, const QString &dataFolder, QWidget *parent = nullptr); // calls outlives it

    void load();
    void beginSave(const TestCase &testCase); // name and checks are asked for
    void save();
    void run(bool all);
    void stop();
    void removeSelected();
    void setTargets(std::vector<ChatTarget> targets); // of the columns
    void setProject(std::string project) { m_project = std::move(project); }
    CaseTableModel *model() const { return m_model; }
    QTableView *table() const { return m_table; }
    FormDrawer *form() const { return m_form; }
    QString summary() const;
    QString details() const;

Q_SIGNALS:
    void closeRequested();
    void saveRequested(); // of the conversation on screen; beginSave() follows
    void opened(const signalbox::TestCase &testCase);

private:
    enum View { List, Empty, Form };
    QWidget *makeList();
    QWidget *makeEmpty();
    void makeForm();
    std::optional<std::vector<AnswerCheck>> checks();
    void takeCases(std::vector<StoredCase> cases);
    void showDetails();
    void runCase(size_t stored);
    void openSelected();
    void changeFiles(std::function<Result<void>(const TestCaseFiles &)> change, std::function<void()> done);

    TestCaseFiles m_files;
    CaseRunner *m_runner;
    CaseTableModel *m_model;
    QTableView *m_table;
    QStackedWidget *m_views;
    FormDrawer *m_form;
    QLabel *m_summary;
    QLabel *m_problem;
    QLabel *m_details;
    QCheckBox *m_useColumns;
    QPushButton *m_run = nullptr;
    QPushButton *m_runAll = nullptr;
    QPushButton *m_stop = nullptr;
    TestCase m_saving;
    std::vector<ChatTarget> m_targets;
    std::string m_project;
};

} // namespace signalbox

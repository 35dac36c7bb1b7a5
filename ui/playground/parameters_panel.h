// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/playground/chat_draft.h"

#include <QtWidgets/QWidget>

class QLabel;
class QPlainTextEdit;

namespace signalbox {

class FormDrawer;

// What is sent beside the messages. Errors stand under their field. GUI thread.
class ParametersPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ParametersPanel)

public:
    explicit ParametersPanel(QWidget *parent = nullptr);

    // Absent: a field is wrong, and says so.
    std::optional<ChatSettings> settings();
    void setSettings(const ChatSettings &settings);
    std::string project() const;
    void setConfig(const Config &config); // its projects
    void restoreState();                  // what is neither long nor private
    void keepState();
    FormDrawer *form() const { return m_form; }
    QPlainTextEdit *tools() const { return m_tools; }
    QString toolsProblem() const;

Q_SIGNALS:
    void closeRequested();
    void changed();

private:
    QPlainTextEdit *addLong(const QString &label, const QString &hint, QLabel **note, bool code);
    bool check(QPlainTextEdit *field, QLabel *note, const QString &hint, const Result<void> &good);
    bool checkTools();
    bool checkSchema();
    std::optional<double> number(const QString &key, double least, double most, bool *good);

    FormDrawer *m_form;
    QPlainTextEdit *m_system;
    QPlainTextEdit *m_schema;
    QPlainTextEdit *m_tools;
    QLabel *m_systemNote = nullptr;
    QLabel *m_schemaNote = nullptr;
    QLabel *m_toolsNote = nullptr;
};

} // namespace signalbox

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <QtWidgets/QFrame>

#include <string>

class QCheckBox;
class QLabel;
class QLineEdit;
class QSpinBox;
class QVBoxLayout;

namespace signalbox {

class ProviderActions;

// Asks why: describes a request, shows where it would go and the reason for each target taken or left out. Nobody is
// called. Uses the gateway's own explain contract. GUI thread.
class AskPanel final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AskPanel)

public:
    explicit AskPanel(ProviderActions *actions, QWidget *parent = nullptr);

    void ask();
    void setDraft(const ConfigPtr &draft); // asked instead of the routes that run; null: none
    std::string request() const;           // as the gateway gets it
    void setAnswer(const Result<std::string> &answer);
    QLineEdit *modelField() const { return m_model; }
    QStringList lines() const; // of the answer, for tests and assistive tools

Q_SIGNALS:
    void closeRequested();

private:
    void clearAnswer();
    void addHead(const QString &title);
    void addLine(const QString &title, const QString &reason);

    ProviderActions *m_actions;
    ConfigPtr m_draft;
    QLabel *m_note;
    QLineEdit *m_model;
    QLineEdit *m_tag;
    QSpinBox *m_kiloTokens;
    QCheckBox *m_image;
    QCheckBox *m_tools;
    QLabel *m_problem;
    QVBoxLayout *m_answer;
};

} // namespace signalbox

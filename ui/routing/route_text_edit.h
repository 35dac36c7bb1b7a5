// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <QtWidgets/QWidget>

#include <optional>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTimer;

namespace signalbox {

// The routes as they stand in the config, to write by hand. Checks while one types, marks the place of the first
// problem and says what is right there. Knows a draft, applies nothing. GUI thread.
class RouteTextEdit final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RouteTextEdit)

public:
    explicit RouteTextEdit(QWidget *parent = nullptr);

    void setConfig(const ConfigPtr &config); // a draft stays; without one the text follows
    bool hasDraft() const;
    std::optional<Config> draft() const;   // nullopt: there is a problem in the text
    void discard();                        // back to the config's own text
    void follow(const QString &text);      // what other views made of the draft
    bool isBroken() const;                 // somebody wrote what cannot be read; what others made does not count
    void select(const QString &pointer);   // marks where it stands: /routes/0/to
    std::string pointerHere() const;       // of the deepest value around the cursor; empty: none
    void insertRoute(const QString &json); // before the others
    QString problem() const;
    void check();
    QPlainTextEdit *editor() const { return m_edit; }

Q_SIGNALS:
    void draftChanged(); // its text or whether it can be applied

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void markProblem(size_t begin, size_t end);
    void goToProblem();

    ConfigPtr m_config;
    QString m_original;
    QString m_followed; // as other views, or the last good check, left it
    QPlainTextEdit *m_edit;
    QPushButton *m_problem;
    QTimer *m_timer;
    std::optional<Config> m_draft;
    int m_problemAt = -1;
};

} // namespace signalbox

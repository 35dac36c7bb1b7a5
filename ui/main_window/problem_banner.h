// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QFrame>

class QLabel;
class QPushButton;

namespace signalbox {

// A lasting trouble, in place above the page, with what to do about it. Hidden while there is none.
class ProblemBanner final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProblemBanner)

public:
    explicit ProblemBanner(QWidget *parent = nullptr);

    void showProblem(const QString &text, const QString &actionText);
    void clear();
    QString text() const;
    QPushButton *button() const { return m_button; }

Q_SIGNALS:
    void actionRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QLabel *m_text;
    QPushButton *m_button;
};

} // namespace signalbox

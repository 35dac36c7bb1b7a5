// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QFrame>

class QLabel;
class QPushButton;

namespace signalbox {

class DiffView;
class RouteDocument;

// What the draft changes, before it is applied: in words, route by route, and as text. GUI thread.
class ReviewPanel final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ReviewPanel)

public:
    explicit ReviewPanel(RouteDocument &document, QWidget *parent = nullptr); // the document outlives it

    void refresh();
    void setApplicable(bool on, const QString &why);
    QString summary() const;
    DiffView *diff() const { return m_diff; }
    QPushButton *applyButton() const { return m_apply; }

Q_SIGNALS:
    void applyRequested();
    void closeRequested();

protected:
    void showEvent(QShowEvent *event) override;

private:
    RouteDocument &m_document;
    QLabel *m_words;
    DiffView *m_diff;
    QPushButton *m_apply;
};

} // namespace signalbox

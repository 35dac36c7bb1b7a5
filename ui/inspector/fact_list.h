// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/signal_mark.h"

#include <QtCore/QStringList>
#include <QtWidgets/QScrollArea>

#include <optional>
#include <vector>

class QFormLayout;
class QLabel;

namespace signalbox {

// A column of facts in sections, built anew for each request. Never wider than its place: what is long breaks, or is
// cut with the whole in its tool tip. All words are plain text. GUI thread.
class FactList : public QScrollArea
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FactList)

public:
    explicit FactList(const QString &accessibleName, QWidget *parent = nullptr);
    QString shownText() const; // all of it, a line for each fact

protected:
    void clear();
    void head(const QString &title);
    void note(const QString &words);
    void row(const QString &label, const QString &value);
    void idRow(const QString &label, const QString &value);   // one line that can be copied
    void wideRow(const QString &label, const QString &value); // the value under its label
    void codeRow(const QString &label, const QString &code);
    // A mark, words of strength and under them a reason; `depth` steps to the right.
    void stepRow(std::optional<Signal> signal, const QString &title, const QString &reason, int depth = 0);
    // The first cell to the left, the others to the right, below each other over all calls since clear().
    void figures(const std::vector<QStringList> &rows, int columns);

private:
    QFormLayout *m_rows;
};

} // namespace signalbox

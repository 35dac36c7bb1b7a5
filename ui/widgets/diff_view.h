// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/line_diff.h"

#include <QtWidgets/QWidget>

#include <array>

class QLabel;
class QPlainTextEdit;

namespace signalbox {

// What two texts differ in, side by side, or each change below what it takes the place of: − on stopSoft, + on
// clearSoft, the sign always in its own column. GUI thread.
class DiffView final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DiffView)

public:
    enum class Layout {
        BySpace, // side by side where there is room
        OneColumn
    };
    DiffView(const QString &leftName, const QString &rightName, Layout layout = Layout::BySpace,
             QWidget *parent = nullptr);

    void setRows(std::vector<DiffRow> rows);
    void setTexts(const QString &left, const QString &right);
    int added() const; // lines
    int removed() const;
    QString shownText() const; // of both sides

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QPlainTextEdit *makeSide(const QString &name);
    void render();

    Layout m_layout;
    std::array<QString, 2> m_names;
    QLabel *m_leftName;
    QLabel *m_rightName;
    QPlainTextEdit *m_left;
    QPlainTextEdit *m_right;
    std::vector<DiffRow> m_rows;
    bool m_together = false;
};

// Long runs of equal lines become one line that says how many; `context` of them stay around each change. Pure.
std::vector<DiffRow> withoutLongRuns(const std::vector<DiffRow> &rows, int context);

} // namespace signalbox

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/route_merge.h"

#include <QtWidgets/QPlainTextEdit>

#include <vector>

namespace signalbox {

// What changes between two texts: sign, line, soft ground. Read-only; GUI thread.
class TextDiffView final : public QPlainTextEdit
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TextDiffView)

public:
    explicit TextDiffView(QWidget *parent = nullptr);

    void setTexts(const std::string &before, const std::string &after);
    int added() const { return m_added; }
    int removed() const { return m_removed; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void mark();

    std::vector<DiffLine> m_lines;
    int m_added = 0;
    int m_removed = 0;
};

} // namespace signalbox

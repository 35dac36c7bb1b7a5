// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <QtWidgets/QWidget>

namespace signalbox {

// The attempts of one exchange on one time axis: a bar each in its signal colour, below it the phases connect, first
// byte and stream. Says the same as the table above it, so it is not in the focus order. GUI thread.
class Waterfall final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Waterfall)

public:
    explicit Waterfall(QWidget *parent = nullptr);

    void setRecord(const RequestRecord &record);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {200, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int64_t m_startMs = 0;
    double m_spanMs = 1;
    std::vector<AttemptRecord> m_attempts;
};

} // namespace signalbox

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"

#include <QtWidgets/QWidget>

#include <array>

class QLabel;
class QPushButton;

namespace signalbox {

class NumberLabel;
class SignalMark;

// The steps of a live test, each with its mark, what came of it and how long it took. GUI thread.
class ProbeView final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProbeView)

public:
    explicit ProbeView(QWidget *parent = nullptr);

    void reset();
    void setReport(const ProbeReport &report);
    QString summary() const;

Q_SIGNALS:
    void testRequested();

private:
    struct Row {
        SignalMark *mark = nullptr;
        QLabel *name = nullptr;
        QLabel *detail = nullptr;
        NumberLabel *time = nullptr;
    };

    std::array<Row, 4> m_rows;
    QLabel *m_summary;
    QPushButton *m_test;
};

} // namespace signalbox

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <QtWidgets/QFrame>

class QLabel;
class QTabWidget;
class QTableWidget;
class QVBoxLayout;

namespace signalbox {

class Badge;
class BodyView;
class NumberLabel;
class RequestOverview;
class Waterfall;

// Everything about one request: facts, attempts, bodies. Shows values, asks nothing itself. GUI thread.
class RequestInspector final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestInspector)

public:
    explicit RequestInspector(QWidget *parent = nullptr);

    void setDetail(const RequestDetail &detail);
    void setMessage(const QString &message);                       // instead of a detail
    void setSimulated(bool simulated) { m_simulated = simulated; } // of the next detail
    void setGatewayUrl(const QString &url) { m_gatewayUrl = url; }
    const RequestRecord &record() const { return m_record; }
    void copyCurl() const;
    void copyJson() const;
    QTabWidget *tabs() const { return m_tabs; }

Q_SIGNALS:
    void closeRequested();
    void settingsRequested();

private:
    QWidget *makeHead();
    QWidget *makeFacts();
    QWidget *makeAttempts();
    void fillAttempts();

    RequestRecord m_record;
    QString m_gatewayUrl;
    bool m_simulated = false;
    QWidget *m_content;
    QLabel *m_message;
    Badge *m_badge = nullptr;
    QLabel *m_id = nullptr;
    NumberLabel *m_firstToken = nullptr;
    NumberLabel *m_duration = nullptr;
    NumberLabel *m_cost = nullptr;
    QLabel *m_answeredBy = nullptr;
    QTabWidget *m_tabs = nullptr;
    RequestOverview *m_overview = nullptr;
    QTableWidget *m_attempts = nullptr;
    Waterfall *m_waterfall = nullptr;
    BodyView *m_request = nullptr;
    BodyView *m_reply = nullptr;
};

} // namespace signalbox

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert.h"
#include "core/config/config.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace signalbox {

// Picks from each snapshot what the desktop should be told of: alerts that began after this program did, once each,
// nothing in quiet hours or when switched off. Those are in the list of alerts all the same. Lives on the main thread.
class AlertNotifier final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AlertNotifier)

public:
    // Title and text; `critical` ones stay until they are seen.
    using Show = std::function<void(const QString &title, const QString &text, bool critical)>;

    AlertNotifier(int64_t startedAtMs, Show show, QObject *parent = nullptr);

    void setConfig(ConfigPtr config) { m_config = std::move(config); }
    void look(const std::vector<Alert> &alerts, int64_t nowMs);

private:
    void tell(const Alert &alert);

    int64_t m_startedAtMs;
    Show m_show;
    ConfigPtr m_config = std::make_shared<const Config>();
    std::set<std::string> m_seen; // ids; at most those in the list
};

} // namespace signalbox

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>

#include <optional>

namespace signalbox {

// The time under the pointer, shared by all charts of a page. `source` is the chart that the pointer is in.
class Crosshair final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Crosshair)

public:
    using QObject::QObject;

    void set(std::optional<qint64> atMs, QObject *source)
    {
        if (m_atMs == atMs && m_source == source)
            return;
        m_atMs = atMs;
        m_source = source;
        Q_EMIT moved();
    }
    std::optional<qint64> atMs() const { return m_atMs; }
    QObject *source() const { return m_source; } // compared only, never used

Q_SIGNALS:
    void moved();

private:
    std::optional<qint64> m_atMs;
    QObject *m_source = nullptr;
};

} // namespace signalbox

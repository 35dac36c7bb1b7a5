// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QVariantAnimation>

#include <chrono>

namespace signalbox {

// Something on its way from where it came to where it stays: its owner places it by how far it has still to go. Takes
// no time, and makes no step, when motion is reduced. GUI thread.
class Motion final : public QVariantAnimation
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Motion)

public:
    static constexpr std::chrono::milliseconds appearing{120};
    static constexpr std::chrono::milliseconds folding{160};
    static constexpr int rise = 8; // px that what lies over a page comes in by

    explicit Motion(QObject *owner);
    void begin(std::chrono::milliseconds usual);
    double left() const; // 1 at the beginning, 0 when it is there

Q_SIGNALS:
    void moved();
};

} // namespace signalbox

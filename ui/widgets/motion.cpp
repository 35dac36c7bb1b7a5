// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/motion.h"

#include "ui/widgets/theme.h"

namespace signalbox {

Motion::Motion(QObject *owner) : QVariantAnimation(owner)
{
    setStartValue(1.0);
    setEndValue(0.0);
    setEasingCurve(QEasingCurve::OutCubic);
    connect(this, &QVariantAnimation::valueChanged, this, &Motion::moved);
}

void Motion::begin(std::chrono::milliseconds usual)
{
    stop();
    const std::chrono::milliseconds length = theme().motion(usual);
    if (length.count() <= 0)
        return Q_EMIT moved();
    setDuration(static_cast<int>(length.count()));
    start();
}

double Motion::left() const
{
    return state() == Running ? currentValue().toDouble() : 0.0;
}

} // namespace signalbox

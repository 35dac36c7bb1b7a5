// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QAbstractButton>

namespace signalbox {

// The way to the command palette for the pointer: looks like the field that opens. Without its words it is a square
// with an icon. GUI thread.
class PaletteButton final : public QAbstractButton
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PaletteButton)

public:
    explicit PaletteButton(QWidget *parent = nullptr);

    void setKeys(const QString &keys);

    void setWords(bool on);
    bool hasWords() const { return m_words; }
    int widthOf(bool words) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_keys;
    bool m_words = true;
};

} // namespace signalbox

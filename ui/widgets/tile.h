// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/sparkline.h"

#include <QtWidgets/QFrame>

#include <optional>

class QLabel;

namespace signalbox {

class NumberLabel;
enum class Signal;

// One number with its label and one line of context; a button when somebody listens to clicked().
class Tile final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Tile)

public:
    explicit Tile(const QString &label, QWidget *parent = nullptr);

    void setLabel(const QString &label);
    void setNumber(const QString &number);
    void setContext(const QString &context, std::optional<Signal> signal = std::nullopt);
    void setSpark(std::vector<double> values, Token token = Token::Accent);
    void setStale(bool stale); // the old number, dimmed
    QString label() const { return m_label; }
    QString number() const { return m_number; }
    QString context() const { return m_context; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void clicked();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void describe();

    QString m_label;
    QString m_number;
    QString m_context;
    std::optional<Signal> m_signal;
    std::vector<double> m_spark;
    Token m_sparkToken = Token::Accent;
    bool m_stale = false;
};

// One panel whose cells are parted by hairlines: a single row, or two when it gets narrow.
class TileStrip final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TileStrip)

public:
    explicit TileStrip(QWidget *parent = nullptr);

    void addTile(Tile *tile);
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    int columns(int width) const;

    std::vector<Tile *> m_tiles;
};

} // namespace signalbox

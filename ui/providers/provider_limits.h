// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <QtWidgets/QWidget>

#include <map>

class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace signalbox {

// How long a provider is waited for, how often its health is checked, which certificates it may show. GUI thread.
class ProviderLimits final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProviderLimits)

public:
    explicit ProviderLimits(QWidget *parent = nullptr);

    void setProvider(const ProviderConfig &provider);
    // Puts what is written into the provider. Otherwise the field that is wrong, which says why; null: all is well.
    QWidget *takeInto(ProviderConfig &provider);
    QLineEdit *field(const QString &key) const; // connect, firstByte, …, check, caFile

private:
    struct Field {
        QLineEdit *edit = nullptr;
        QLabel *note = nullptr;
        QString hint;
    };
    void add(QVBoxLayout *column, const QString &key, const QString &label, const QString &hint);
    QWidget *wrong(const QString &key, const QString &message);

    std::map<QString, Field> m_fields;
};

} // namespace signalbox

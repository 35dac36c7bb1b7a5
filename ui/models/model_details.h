// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokens/calibration.h"
#include "ui/models/model_rows.h"

#include <QtCore/QAbstractTableModel>

namespace signalbox {

class QualityFigures;

struct DetailLine {
    QString section; // names the group that begins with this line; empty: goes on
    QString label;
    QString value;
    QString note; // source and date, or what another source says; may be empty

    bool operator==(const DetailLine &) const = default;
};

// All that is known of a model, in words. `figures` gives the labels that must stand beside scores. GUI thread.
std::vector<DetailLine> modelDetails(const ModelRow &row, const QualityFigures &figures);

// How well the tokens of its requests are counted before they are sent: `learnt` from what the provider reported.
std::vector<DetailLine> tokenCountDetails(const ModelRow &row, const std::optional<Calibration::Factor> &learnt);

// Two to four models side by side: a row for each fact, a column for each model. Facts in which they differ are in
// full ink, the others quiet. GUI thread.
class ModelCompareModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ModelCompareModel)

public:
    static constexpr int most = 4;

    explicit ModelCompareModel(QObject *parent = nullptr);

    void setModels(std::vector<ModelRow> models);
    bool differs(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<ModelRow> m_models;
};

} // namespace signalbox

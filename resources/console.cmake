# SPDX-License-Identifier: GPL-3.0-or-later
set(console_resources
    app.svg app-small.svg console.qss tokens.json
    icons/alerts.svg icons/budget.svg icons/cache.svg icons/cheapest.svg icons/chevron.svg icons/client.svg
    icons/clock.svg icons/close.svg icons/compare.svg icons/connect.svg icons/copy.svg icons/dashboard.svg
    icons/error.svg icons/export.svg icons/fallback.svg icons/fastest.svg icons/filter.svg icons/fit.svg
    icons/hedge.svg icons/help.svg icons/key.svg icons/model.svg icons/more.svg icons/ok.svg icons/pause.svg
    icons/play.svg icons/playground.svg icons/plus.svg icons/project.svg icons/provider.svg icons/redo.svg icons/refresh.svg
    icons/reject.svg icons/replay.svg icons/requests.svg icons/route.svg icons/search.svg icons/settings.svg
    icons/shield.svg icons/stop.svg icons/target.svg icons/trace.svg icons/undo.svg icons/warning.svg
    icons/weight.svg icons/when.svg
)
list(TRANSFORM console_resources PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
qt_add_resources(signalbox_ui console PREFIX /signalbox BASE ${CMAKE_CURRENT_LIST_DIR} FILES ${console_resources})

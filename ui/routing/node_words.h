// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/route_draft.h"

#include <QtCore/QString>

namespace signalbox {

// Policy nodes in words for people. GUI thread.
QString nodeTitle(const PolicyNode &node);               // "Weighted", "openai/gpt-5"
QString nodeDetails(const PolicyNode &node);             // "shifts away above p95 3s"; may be empty
QString nodeIcon(const PolicyNode &node);                // of resources/icons
QString kindWords(PolicyNode::Kind kind);                // what a node of this kind does, in a sentence
QString draftTitle(const RouteDraft &draft, DraftId id); // of a node or a route
QString conditionWords(const Condition &condition);      // "model gpt-*, has image"; "every request"
QString constraintWords(const Constraints &constraints); // "only in eu, quality from 70"; empty: none

} // namespace signalbox

// SPDX-License-Identifier: GPL-2.0-or-later
#include "reset/terms.h"

namespace rstcause {

const char* token(Confidence confidence)
{
    switch (confidence) {
    case Confidence::possible: return "possible";
    case Confidence::likely: return "likely";
    case Confidence::certain: return "certain";
    }
    return "";
}

const char* token(Impact impact)
{
    switch (impact) {
    case Impact::normal: return "normal";
    case Impact::notice: return "notice";
    case Impact::problem: return "problem";
    }
    return "";
}

const char* token(Origin origin)
{
    switch (origin) {
    case Origin::unknown: return "";
    case Origin::client: return "client";
    case Origin::server: return "server";
    case Origin::network: return "network";
    }
    return "";
}

}  // namespace rstcause

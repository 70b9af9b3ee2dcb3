// SPDX-License-Identifier: GPL-2.0-or-later
#include "known_wrong.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include <fmt/core.h>

namespace rstcause::test {

namespace {

KnownWrongs read_known_wrongs()
{
    std::ifstream in(SOURCE_DIR "/tests/captures/known_wrong.tsv");
    std::string line;
    if (!std::getline(in, line))  // the titles
        throw std::runtime_error("known_wrong.tsv cannot be read");
    KnownWrongs found;
    while (std::getline(in, line)) {
        std::istringstream cells(line);
        std::string capture, passes, certain;
        Frame frame = 0;
        KnownWrong wrong;
        if (!(cells >> capture >> frame >> wrong.truth >> wrong.said >> passes))
            throw std::runtime_error("known_wrong.tsv: " + line);
        wrong.certain = cells >> certain && certain == "certain";
        found[{capture, frame, passes == "final"}] = wrong;
    }
    return found;
}

}  // namespace

const KnownWrongs& known_wrongs()
{
    static const KnownWrongs read = read_known_wrongs();
    return read;
}

std::string known_wrong_line(const std::string& capture, Frame frame, bool final,
                             const KnownWrong& wrong)
{
    return fmt::format("{}\t{}\t{}\t{}\t{}\t{}", capture, frame, wrong.truth, wrong.said,
                       final ? "final" : "one_pass", wrong.certain ? "certain" : "");
}

}  // namespace rstcause::test

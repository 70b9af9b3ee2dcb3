// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "wire/segment.h"

namespace rstcause {

/// A sign that the host named in a reset did not send it.
struct Clue {
    enum class Kind {
        sender_goes_on,
        guessed_series,
        numbers_of_nobody,
        other_window_at_once,
        mixed_forms,
        resets_to_both_ends,
        number_of_the_past,
        number_of_the_future,
        number_used_before,
        copied_id,
        like_a_forged_one,
        sender_goes_on_after_a_vague_answer,
        mixed_forms_out_of_order,
        other_hop_count,
        id_off_its_row,
        one_counter_of_two,
        id_without_socket,
        other_link,
        missing_flow_label,
        missing_timestamps,
        timestamps_out_of_line,
        window_of_no_socket,
        copied_window,
        answer_faster_than_the_host,
    };
    enum class Weight {
        weak,    ///< also seen with genuine resets; two of them make a suspicion
        strong,  ///< no host sends or receives this so, as far as we know
    };
    Kind kind{};
    Weight weight = Weight::weak;
    bool another_stack = false;  ///< of weak ones: not explained by another machine of the host's
    Frame frame = 0;
    std::string shows;
};

}  // namespace rstcause

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "facts/case.h"

/// The clues one by one: each looks at a reset and says what it sees, or nothing.
namespace rstcause {

// Of the resets that belong together (clues_series.cpp).
std::string other_window_at_once(const Case& c);
std::string guessed_series(const Case& c);
std::string numbers_of_nobody(const Case& c);
std::string mixed_forms(const Case& c);
std::string mixed_forms_out_of_order(const Case& c);
std::string resets_to_both_ends(const Case& c);
std::string like_a_forged_one(const Case& c);

/// The other resets of the same sender within a second that are no copies of this one.
std::vector<SentReset> others_at_once(const Case& c);

// Of one packet and what followed it (clues_packet.cpp).
std::string sender_goes_on(const Case& c);
std::string sender_goes_on_after_a_vague_answer(const Case& c);
std::string number_of_the_past(const Case& c);
std::string number_of_the_future(const Case& c);
std::string number_used_before(const Case& c);
std::string copied_id(const Case& c);
std::string other_hop_count(const Case& c);
std::string id_off_its_row(const Case& c);
std::string one_counter_of_two(const Case& c);
std::string id_without_socket(const Case& c);
std::string other_link(const Case& c);
std::string missing_flow_label(const Case& c);
std::string missing_timestamps(const Case& c);
std::string timestamps_out_of_line(const Case& c);
std::string window_of_no_socket(const Case& c);
std::string copied_window(const Case& c);
std::string answer_faster_than_the_host(const Case& c);

}  // namespace rstcause

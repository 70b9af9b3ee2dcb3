// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "reset/reset.h"

/// The clues one by one: each looks at a reset and says what it sees, or nothing.
namespace rstcause {

// Of the resets that belong together (clues_volley.cpp).
std::string other_window_at_once(const Reset& r);
std::string guessed_series(const Reset& r);
std::string mixed_forms(const Reset& r);
std::string resets_to_both_ends(const Reset& r);
std::string like_a_forged_one(const Reset& r);

/// The other resets of the same sender within a second that are no copies of this one.
std::vector<SentReset> others_at_once(const Reset& r);

// Of one packet and what followed it (clues_packet.cpp).
std::string sender_goes_on(const Reset& r);
std::string sender_goes_on_after_a_vague_answer(const Reset& r);
std::string number_of_the_past(const Reset& r);
std::string copied_id(const Reset& r);
std::string other_hop_count(const Reset& r);
std::string id_off_its_row(const Reset& r);
std::string other_link(const Reset& r);
std::string missing_flow_label(const Reset& r);
std::string missing_timestamps(const Reset& r);
std::string timestamps_out_of_line(const Reset& r);
std::string window_of_no_socket(const Reset& r);
std::string copied_window(const Reset& r);
std::string answer_faster_than_the_host(const Reset& r);

}  // namespace rstcause

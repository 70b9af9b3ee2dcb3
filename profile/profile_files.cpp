// SPDX-License-Identifier: GPL-2.0-or-later
//
// Usage: profile_files SOURCE_DIR DIRECTORY
// Writes Wireshark's profile "Reset causes" into DIRECTORY: columns, colours and filter buttons for
// the causes of the catalogue.
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "diagnosis/catalogue.h"

namespace fs = std::filesystem;
using namespace rstcause;

namespace {

constexpr std::string_view kMadeBy = "# Made by profile/profile_files.cpp of rstcause.\n";

// ---- Columns -------------------------------------------------------------------------------

struct Column {
    std::string_view title, format;
    int width;  ///< pixels
};

/// Ports have columns of their own, and the cause stands left of Info: that is what a small screen
/// cuts off.
constexpr Column kColumns[] = {
    {"No.", "%m", 55},
    {"Time", "%t", 90},
    {"Source", "%s", 115},
    {"Port", "%uS", 50},
    {"Destination", "%d", 115},
    {"Port", "%uD", 50},
    {"Stream", "%Cus:tcp.stream", 52},
    {"Protocol", "%p", 65},
    {"Reset cause", "%Cus:rstcause.reason", 190},
    {"Confidence", "%Cus:rstcause.confidence", 82},
    {"Info", "%i", 360},
};

/// The cause has its own column here, and the verdicts need Wireshark's sequence analysis.
constexpr std::string_view kOtherPreferences = R"(
rstcause.info_column: FALSE
tcp.analyze_sequence_numbers: TRUE
tcp.relative_sequence_numbers: TRUE
tcp.calculate_timestamps: TRUE
nameres.network_name: FALSE
nameres.transport_name: FALSE
)";

std::string preferences()
{
    std::string text(kMadeBy);
    text += "gui.column.format:";
    for (const Column& column : kColumns) {
        const bool is_field = column.format.starts_with("%Cus:");
        // Every occurrence of a field, resolved: "likely" instead of 2.
        text += fmt::format("{}\n\t\"{}\", \"{}{}\"", &column == kColumns ? "" : ",", column.title,
                            column.format, is_field ? ":0:R" : "");
    }
    return text += kOtherPreferences;
}

/// Where Wireshark keeps the widths. It writes the file anew whenever it ends.
std::string recent()
{
    std::string text(kMadeBy);
    text += "column.width:";
    for (const Column& column : kColumns)
        text += fmt::format("{} {}, {}", &column == kColumns ? "" : ",", column.format,
                            column.width);
    return text += "\n";
}

// ---- Colours -------------------------------------------------------------------------------

struct Rgb {
    int red, green, blue;
};

/// In colorfilters each part goes to 65535.
std::string text_of(Rgb colour)
{
    return fmt::format("[{},{},{}]", colour.red * 257, colour.green * 257, colour.blue * 257);
}

// From Okabe and Ito's palette, made for every kind of colour blindness. Its purple is darker here:
// to those who see no red or no green it would look like the grey of Wireshark's SYN rows.
constexpr Rgb kBlack{0, 0, 0};
constexpr Rgb kWhite{255, 255, 255};
constexpr Rgb kVermillion{213, 94, 0};
constexpr Rgb kYellow{240, 228, 66};
constexpr Rgb kSkyBlue{86, 180, 233};
constexpr Rgb kDarkPurple{123, 63, 122};

std::string rule(std::string_view name, std::string_view filter, Rgb background, Rgb foreground)
{
    return fmt::format("@{}@{}@{}{}\n", name, filter, text_of(background), text_of(foreground));
}

/// The first rule that fits wins: ours, then those that Wireshark brings.
std::string colorfilters(const fs::path& usual)
{
    std::ifstream in(usual);
    if (!in)
        throw std::runtime_error("cannot read " + usual.string());
    std::string text(kMadeBy);
    text += rule("Reset: problem", R"(rstcause.impact == "problem")", kVermillion, kBlack);
    text += rule("Reset: notice", R"(rstcause.impact == "notice")", kYellow, kBlack);
    text += rule("Reset: normal", R"(rstcause.impact == "normal")", kSkyBlue, kBlack);
    text += rule("Proves a reset forged", "rstcause.contradicts", kDarkPurple, kWhite);
    return text.append(std::istreambuf_iterator<char>(in), {});
}

// ---- Filter buttons ------------------------------------------------------------------------

/// Wireshark writes a quotation mark within a quoted string as \x22.
std::string quoted(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text)
        result += c == '"' ? std::string("\\x22") : std::string(1, c);
    return result += '"';
}

/// `//` in a label opens a menu.
std::string button(std::string_view label, std::string_view filter, std::string_view tooltip = "")
{
    return fmt::format("\"TRUE\",{},{},{}\n", quoted(label), quoted(filter), quoted(tooltip));
}

std::string heading(std::string_view category)
{
    std::string text(category);
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    for (char& c : text)
        if (c == '_')
            c = ' ';
    return text;
}

std::string menu_of(std::string_view category)
{
    const std::string menu = fmt::format("Reset cause//{}//", heading(category));
    std::string text
        = button(menu + "All of these", fmt::format("rstcause.category == \"{}\"", category));
    for (const CatalogueRow& cause : kCatalogue)
        if (cause.category == category)
            text += button(fmt::format("{}{} ({})", menu, cause.title, cause.token),
                           fmt::format("rstcause.reason == \"{}\"", cause.token));
    return text;
}

std::set<std::string_view> categories()
{
    std::set<std::string_view> result;
    for (const CatalogueRow& cause : kCatalogue)
        result.insert(cause.category);
    return result;
}

std::string dfilter_buttons()
{
    std::string text(kMadeBy);
    text += button("Resets", "rstcause", "Every TCP reset");
    text += button("Problems", R"(rstcause.impact == "problem")", "Resets that mean trouble");
    text += button("Forged", R"(rstcause.reason == "injected" || rstcause.contradicts)",
                   "Resets made on the way, and the frames that prove it");
    text += button("Unknown", R"(rstcause.reason == "unknown")",
                   "Resets whose cause this capture does not tell");
    text += button("Reset cause//Only what is certain", "rstcause.confidence == 3");
    text += button("Reset cause//Evidence for the selected reset",
                   "frame.number == ${rstcause.evidence.frame} || frame.number == ${frame.number}",
                   "Select a reset first");
    text += button("Reset cause//Connection of the selected packet",
                   "tcp.stream == ${tcp.stream}", "Select a packet first");
    for (const std::string_view category : categories())
        text += menu_of(category);
    return text;
}

void write(const fs::path& file, const std::string& text)
{
    std::ofstream out(file, std::ios::binary);
    if (!(out << text << std::flush))
        throw std::runtime_error("cannot write " + file.string());
}

}  // namespace

int main(int argc, char** argv)
try {
    if (argc != 3) {
        std::cerr << "Usage: profile_files SOURCE_DIR DIRECTORY\n";
        return 2;
    }
    const fs::path source = argv[1], directory = argv[2];
    fs::create_directories(directory);
    write(directory / "preferences", preferences());
    write(directory / "recent", recent());
    write(directory / "colorfilters", colorfilters(source / "profile/wireshark-colorfilters"));
    write(directory / "dfilter_buttons", dfilter_buttons());
} catch (const std::exception& error) {
    std::cerr << "profile_files: " << error.what() << '\n';
    return 1;
}

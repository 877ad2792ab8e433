//! Character mode, and texts whose characters are several code points or two cells.

use super::*;

chapter! {
    fn character_mode_moves_and_cuts_by_character() {
        check(&[
            ("#[Ada]# Lovelace", "S l", "Ada#[ ]#Lovelace"),
            ("Ada #[Lovelace]#", "S h", "Ada#[ ]#Lovelace"),
            ("#[Ada]# Lovelace", "S v l", "#[Ada ]#Lovelace"),
            // What was selected stays so, to be cut to measure.
            ("#[Seiko's]# watch", "S < < 2", "#[[Seiko](organization)]#'s watch"),
            ("#[Ada]# Lovelace", "S Esc", "Ad#[a]# Lovelace"),
            ("#[Ada]# Lovelace", "S Esc h", "A#[d]#a Lovelace"),
            ("#[Ada]# Lovelace", "S Esc h v h", "#[Ad]#a Lovelace"),
            // Words are still a key away.
            ("Ada #[Lovelace]#", "S b", "#[Ada]# Lovelace"),
            ("#[Ada]# Lovelace", "S w", "Ada #[Lovelace]#"),
            // And back to words.
            ("#[Ada]# Lovelace", "S Esc h S", "#[Ada]# Lovelace"),
        ]);
    }

    fn character_mode_moves_the_edges_of_spans_by_character() {
        check(&[
            ("#[[Seiko's](organization)]# watch", "S < <", "#[[Seiko](organization)]#'s watch"),
            ("#[[Seiko](organization)]#'s watch", "S L L", "#[[Seiko's](organization)]# watch"),
            ("x#[[Seiko](organization)]#", "S H", "#[[xSeiko](organization)]#"),
            ("#[[xSeiko](organization)]#", "S >", "x#[[Seiko](organization)]#"),
        ]);
    }

    fn an_emoji_of_many_code_points_is_one_character() {
        check(&[
            ("#[a]# 👨‍👩‍👧 b", "l", "a #[👨‍👩‍👧]# b"),
            ("#[a]# 👨‍👩‍👧 b", "S l l", "a #[👨‍👩‍👧]# b"),
            ("#[a]# 👨‍👩‍👧 b", "S l l l l", "a 👨‍👩‍👧 #[b]#"),
            ("#[a 👨‍👩‍👧]# b", "S <", "#[a ]#👨‍👩‍👧 b"),
            ("a #[👨‍👩‍👧]# b", "S L <", "a #[👨‍👩‍👧]# b"),
            ("#[👍🏽]#!", "S <", "#[👍🏽]#!"),
            ("#[x]#🇫🇷🇯🇵", "S l 3", "x[🇫🇷](place)🇯🇵"),
        ]);
    }

    fn a_letter_keeps_its_accents() {
        check(&[
            ("#[cafe\u{301}]# noir", "S <", "#[caf]#e\u{301} noir"),
            ("#[caf]#e\u{301} noir", "S L", "#[cafe\u{301}]# noir"),
            ("#[e\u{301}]# noir", "S >", "#[e\u{301}]# noir"),
            ("#[x]# cafe\u{301} noir", "l 1", "x [cafe\u{301}](person) noir"),
        ]);
    }

    fn a_suggestion_that_cuts_a_character_takes_it_whole() {
        check(&[
            ("#[in]# [cafe](place?)\u{301} noir", "Tab a", "in [cafe\u{301}](place) noir"),
            ("#[in]# [cafe](place?0.6)[\u{301}](place?0.8) noir", "Tab a", "in caf[e\u{301}](place) noir"),
        ]);
    }

    fn wide_characters_are_walked_over_like_others() {
        check(&[
            ("#[精工]#と東京。", "S l", "精工#[と]#東京。"),
            ("精#[工]#と東京。", "S H 2", "[精工](organization)と東京。"),
            ("精工と#[東京]#。\nabcdef gh", "S j", "精工と東京。\nabcdef g#[h]#"),
        ]);
    }

    fn text_from_right_to_left_is_walked_in_its_order() {
        check(&[("#[שלום]# עולם", "l 3", "שלום [עולם](place)")]);
    }

    fn control_characters_are_characters_like_others() {
        check(&[("#[a]#\u{1b}b", "S l", "a#[\u{1b}]#b"), ("#[a]#\u{0}b", "S l l 1", "a\u{0}[b](person)")]);
    }
}

//! Repeating, splitting, merging, swapping labels, going in and out, and from sentence to sentence.

use super::*;

chapter! {
    fn the_last_thing_is_done_again_where_the_cursor_is_now() {
        check(&[
            ("#[Ada]# met Byron", "1 l l .", "[Ada](person) met #[[Byron](person)]#"),
            ("#[Ada]# met [Byron](place)", "1 ) .", "[Ada](person) met #[[Byron](person)]#"),
            ("#[Ada]# met [Byron](place?)", "1 Tab .", "[Ada](person) met #[[Byron](person)]#"),
            ("#[met]# [Ada](person?) [Byron](person?) [Turin](place?)", "Tab a . .", "met [Ada](person) [Byron](person) [Turin](place)"),
            ("#[met]# [Ada](person?) [Byron](person?)", "Tab x .", "met Ada Byron"),
            ("#[met]# [Ada](person?) [Byron](person?)", "Tab y Tab .", "met [Ada](person) #[[Byron](person)]#"),
            ("#[met]# [Ada](person?) [Byron](person?)", "Tab X Tab .", "met Ada #[Byron]#"),
            ("#[met]# [Ada](person) [Byron](person)", ") d ) .", "met Ada #[Byron]#"),
            ("#[[Ada](person)]# Lovelace met [Charles](person) Babbage", "L ) .",
             "[Ada Lovelace](person) met #[[Charles Babbage](person)]#"),
            // The label was changed from within a part of the span; the same again elsewhere.
            ("[Ada #[Lovelace]#](person) [of](person) Turin", "c \"place\" Enter ) .", "[Ada Lovelace](place) #[[of](place)]# Turin"),
            ("#[Ada]# met Byron", "t \"date\" Enter l l .", "[Ada](date) met #[[Byron](date)]#"),
            ("#[[Ada](person)]# [met](person)", "~ ) .", "[Ada](organization) #[[met](organization)]#"),
        ]);
    }

    fn what_cannot_be_repeated_says_why() {
        let mut desk = one("#[Ada]# [met](person) Byron");
        desk.keys(".");
        assert_eq!(desk.said(), "nothing was done to a span yet that could be repeated");
        desk.keys(") d .");
        assert_eq!(desk.said(), "cannot repeat: delete: no span here");
        desk.keys("1 e x Esc l .");
        assert_eq!(desk.said(), "cannot repeat: give person: the label is not offered any more");
        assert_eq!(desk.spans(), "Ada [met](person) Byron");
    }

    fn a_span_is_split_before_the_word_at_the_cursor() {
        check(&[
            ("[Ada #[Byron]#](person) wrote", "|", "[Ada](person) #[[Byron](person)]# wrote"),
            // The cursor is at the end of what is selected.
            ("#[[Ada Byron](person)]# wrote", "|", "[Ada](person) #[[Byron](person)]# wrote"),
            ("[#[Ada]#   Byron](person) wrote", "|", "[Ada](person)   #[[Byron](person)]# wrote"),
            ("[One Two #[Three Four]#](person)", "|", "[One Two](person) #[[Three Four](person)]#"),
            ("[A#[d]#a](person) wrote", "S |", "[A](person)#[[da](person)]# wrote"),
            ("[Ada Byron #[King]#](person)", "| u", "#[[Ada Byron King](person)]#"),
            ("[Ada #[Byron]# King](person)", "| | u u U U", "[Ada](person) [Byron](person) [King](person)"),
        ]);
        let mut desk = one("#[[Ada](person)]# wrote");
        desk.keys("|");
        assert_eq!(desk.said(), "there is nothing to split off here");
        desk.keys("l |");
        assert_eq!(desk.said(), "no span here");
    }

    fn spans_are_merged_with_the_next_of_their_label_or_all_that_are_selected() {
        check(&[
            ("#[[Ada](person)]# [Byron](person) [King](person)", "&", "#[[Ada Byron](person)]# [King](person)"),
            ("#[[Ada](person)]# [Byron](person) [King](person)", "& &", "#[[Ada Byron King](person)]#"),
            ("#[[Ada](person)]# [of](place) [King](person)", "&", "#[[Ada [of](place) King](person)]#"),
            ("#[[Ada](person) [Byron](person) [King](person)]#", "&", "#[[Ada Byron King](person)]#"),
            ("#[[Ada](person)]# [Byron](person)", "& u", "[Ada](person) [Byron](person)"),
            // One inside the other: the outer one has all of it.
            ("[Ada [Byron](person)](person) #[King]#", "( ( &", "#[[Ada Byron](person)]# King"),
        ]);
        let mut desk = one("#[[Ada](person) [Byron](place)]#");
        desk.keys("&");
        assert_eq!(desk.said(), "spans of different labels are not merged: person, place");
        let mut desk = one("#[[Ada](person)]# [Byron](place)");
        desk.keys("&");
        assert_eq!(desk.said(), "no span of this label comes after this one");
    }

    fn accepted_suggestions_that_are_merged_count_as_having_had_other_edges() {
        use gleaner::dataset::Verdict;
        let mut desk = one("#[met]# [Ada](person?) [Byron](person?)");
        desk.keys("Tab a a ( &");
        assert_eq!(desk.spans(), "met [Ada Byron](person)");
        let document = desk.model().open.as_ref().unwrap().annotation.document;
        let decisions = desk.project().decisions(document, desk::ME).unwrap();
        assert!(decisions.iter().all(|d| d.verdict == Verdict::Rebounded) && decisions.len() == 2, "{decisions:?}");
        desk.keys("u");
        assert_eq!(desk.spans(), "met [Ada](person) [Byron](person)");
    }

    fn a_label_is_swapped_for_the_next_most_likely_one_and_then_the_next_of_the_project() {
        let text = "#[in]# [[[Zeiss](person?0.6)](date?0.2)](organization?0.8)";
        let mut desk = one(text);
        for label in ["person", "date", "place", "organization"] {
            desk.keys(if label == "person" { "Tab ~" } else { "~" });
            assert_eq!(desk.spans(), format!("in [Zeiss]({label})"));
        }
        check(&[
            ("#[[Ada](date)]# wrote", "~", "#[[Ada](person)]# wrote"),
            ("[Ada #[Byron]#](person) wrote", "~", "#[[Ada Byron](organization)]# wrote"),
            // A label that another span of this range has is passed over.
            ("#[[[Ada](person)](organization)]# wrote", "~", "#[[[Ada](place)](organization)]# wrote"),
            ("#[[Ada](person)]# wrote", "~ ~ u", "#[[Ada](organization)]# wrote"),
        ]);
        let mut desk = Setup::default().labels(&["person"]).document("one", "[Ada](person)").sit_down();
        desk.keys(") ~");
        assert_eq!(desk.said(), "there is no other label to swap to");
    }

    fn one_goes_in_and_out_of_what_is_nested() {
        let text = "see [New [#[York]#](place) Times](organization) and [the [New](date?) year](date)";
        check(&[
            (text, "o", "see #[[New [York](place) Times](organization)]# and [the New year](date)"),
            (text, "o O", "see [New #[[York](place)]# Times](organization) and [the New year](date)"),
            (text, "Space n ) O", "see [New [York](place) Times](organization) and [the #[[New](date?)]# year](date)"),
            // Two labels for one range, one after the other.
            ("in #[[[Zeiss](person)](organization)]#", "O 3", "in [[Zeiss](place)](person)"),
            ("[[#[New]#](date) York](place)", "o o O", "[#[[New](date)]# York](place)"),
        ]);
        let mut desk = one("#[Ada]# [met](place)");
        desk.keys("o");
        assert_eq!(desk.said(), "no span or suggestion lies around this");
        desk.keys("O");
        assert_eq!(desk.said(), "no span or suggestion lies inside this");
        desk.keys("v l O");
        assert_eq!(desk.shown(), "Ada #[[met](place)]#");
    }

    fn one_goes_from_sentence_to_sentence() {
        let text = "#[Ada]# wrote to Mr. Babbage. He answered.\n\nShe read it.";
        check(&[
            (text, "}", "Ada wrote to Mr. Babbage. #[He]# answered.\n\nShe read it."),
            (text, "} }", "Ada wrote to Mr. Babbage. He answered.\n\n#[She]# read it."),
            (text, "} } l l {", "Ada wrote to Mr. Babbage. He answered.\n\n#[She]# read it."),
            (text, "} } {", "Ada wrote to Mr. Babbage. #[He]# answered.\n\nShe read it."),
            (text, "v }", "#[Ada wrote to Mr. Babbage. He]# answered.\n\nShe read it."),
        ]);
        let mut desk = one(text);
        desk.keys("{");
        assert_eq!(desk.said(), "this is the first sentence");
        desk.keys("G }");
        assert_eq!(desk.said(), "this is the last sentence");
    }
}

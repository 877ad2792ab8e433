//! Giving labels to text, and changing what has one.

use super::*;

chapter! {
    fn a_digit_labels_what_is_selected() {
        check(&[
            ("#[Ada]# Lovelace wrote", "v l 1", "#[[Ada Lovelace](person)]# wrote"),
            ("#[Ada]# met Zeiss", "l l 2", "Ada met #[[Zeiss](organization)]#"),
            ("#[Turin]# in 1840", "3 l l 4", "[Turin](place) in #[[1840](date)]#"),
        ]);
    }

    fn every_digit_is_a_key() {
        let names: Vec<String> = (1..=9).map(|n| format!("label{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for digit in 1..=9 {
            let mut desk = Setup::default().labels(&names).document("one", "word").sit_down();
            desk.keys(&digit.to_string());
            assert_eq!(desk.spans(), format!("[word](label{digit})"));
        }
    }

    fn a_digit_without_a_label_says_what_to_do() {
        let mut desk = one("#[Ada]#");
        desk.keys("9");
        assert_eq!(desk.said(), "no label has the key 9: t shows them all, e edits them");
        assert_eq!(desk.spans(), "Ada");
    }

    fn a_label_is_found_by_part_of_its_name() {
        check(&[
            ("#[Ada]# wrote", "t \"org\" Enter", "[Ada](organization) wrote"),
            ("#[Ada]# wrote", "t Down Down Enter", "[Ada](place) wrote"),
            ("#[Ada]# wrote", "t Tab Tab S-Tab Enter", "[Ada](organization) wrote"),
            ("#[Ada]# wrote", "t \"zzz\" Enter Esc", "Ada wrote"),
            ("#[Ada]# wrote", "t Esc 1", "[Ada](person) wrote"),
            ("#[Ada]# wrote", "t \"plx\" Backspace Enter", "[Ada](place) wrote"),
        ]);
    }

    fn one_label_of_three_hundred_is_found_by_its_name() {
        let names: Vec<String> = (0..300).map(|n| format!("kind {n:03} of thing")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut desk = Setup::default().labels(&names).document("one", "word").sit_down();
        desk.keys("t \"217\" Enter");
        assert_eq!(desk.spans(), "[word](kind 217 of thing)");
        desk.keys("c \"k299\" Enter");
        assert_eq!(desk.spans(), "[word](kind 299 of thing)");
    }

    fn a_span_gets_another_label_or_goes() {
        check(&[
            ("#[[Ada](person)]# wrote", "2", "#[[Ada](organization)]# wrote"),
            ("#[[Ada](person)]# wrote", "c \"place\" Enter", "#[[Ada](place)]# wrote"),
            ("#[[Ada](person)]# wrote", "d", "#[Ada]# wrote"),
            ("#[[Ada](person)]# wrote", "Backspace", "#[Ada]# wrote"),
            ("#[[Ada](person)]# wrote", "Delete", "#[Ada]# wrote"),
            // From within, without selecting all of it.
            ("[Ada #[Lovelace]#](person) wrote", "d", "Ada #[Lovelace]# wrote"),
            ("[Ada #[Lovelace]#](person) wrote", "c \"org\" Enter", "#[[Ada Lovelace](organization)]# wrote"),
        ]);
    }

    fn the_edges_of_a_span_follow_the_keys() {
        check(&[
            ("#[[Ada](person)]# Lovelace wrote", "L", "#[[Ada Lovelace](person)]# wrote"),
            ("Ada #[[Lovelace](person)]# wrote", "H", "#[[Ada Lovelace](person)]# wrote"),
            ("#[[Ada Lovelace](person)]# wrote", "<", "#[[Ada](person)]# Lovelace wrote"),
            ("#[[Ada Lovelace](person)]# wrote", ">", "Ada #[[Lovelace](person)]# wrote"),
            ("#[[Ada](person)]# wrote", ">", "#[[Ada](person)]# wrote"),
        ]);
    }

    fn spans_lie_inside_one_another_and_cross() {
        check(&[
            ("New #[[York](place)]# Times", "H L", "#[[New York Times](place)]#"),
            ("New #[[York](place)]# Times", "h v l l 2", "[New [York](place) Times](organization)"),
            ("[#[New York]# Times](organization)", "3", "[#[[New York](place)]# Times](organization)"),
        ]);
        let mut desk = one("#[one]# two three");
        desk.keys("v l 1 Esc v l 2");
        let ranges: Vec<_> = desk.marked().spans.iter().map(|(r, label)| (r.start, r.end, label.clone())).collect();
        assert_eq!(ranges, [(0, 7, "person".to_owned()), (4, 13, "organization".to_owned())]);
    }

    fn one_range_may_have_two_labels_but_not_one_twice() {
        check(&[
            ("#[[Ada](person)]# wrote", "t \"place\" Enter", "#[[[Ada](place)](person)]# wrote"),
            ("#[[Ada](person)]# wrote", "t \"person\" Enter", "#[[Ada](person)]# wrote"),
            ("#[[Ada](person)]# wrote", "1", "#[[Ada](person)]# wrote"),
        ]);
        let mut desk = one("#[[Ada](person)]# wrote");
        desk.keys("t \"person\" Enter");
        assert_eq!(desk.said(), "person “Ada” is there already");
        desk.keys("1");
        assert_eq!(desk.said(), "person “Ada” has this label already");
        // An edge that would make two equal spans is refused too.
        let mut desk = one("[Ada #[[Lovelace](person)]#](person) wrote");
        desk.keys("H");
        assert_eq!(desk.said(), "person “Ada Lovelace” is there already");
        assert_eq!(desk.spans(), "[Ada [Lovelace](person)](person) wrote");
    }

    fn spans_are_visited_in_the_order_of_the_text() {
        check(&[
            ("#[in]# [[New](date) York](place) [Ada](person)", ")", "in #[[[New](date) York](place)]# [Ada](person)"),
            ("#[in]# [[New](date) York](place) [Ada](person)", ") )", "in [#[[New](date)]# York](place) [Ada](person)"),
            ("#[in]# [[New](date) York](place) [Ada](person)", ") ) ) )", "in #[[[New](date) York](place)]# [Ada](person)"),
            ("#[in]# [[New](date) York](place) [Ada](person)", "(", "in [[New](date) York](place) #[[Ada](person)]#"),
            ("#[in]# [[New](date) York](place) [Ada](person)", "( (", "in [#[[New](date)]# York](place) [Ada](person)"),
        ]);
        let mut desk = one("#[Ada]#");
        desk.keys(")");
        assert_eq!(desk.said(), "no spans here yet");
    }

    fn nothing_is_no_span() {
        check(&[("#[Ada]# \u{a0} wrote", "S l 1", "Ada#[ ]#\u{a0} wrote")]);
        let mut desk = Setup::default().labels(&LABELS).document("one", "").sit_down();
        desk.keys("1 l h j k g g G v L");
        assert_eq!(desk.spans(), "");
        assert!(desk.screen().contains("this document is empty"));
    }

    fn what_cannot_be_done_says_why() {
        for (keys, why) in [
            ("d", "no span here"),
            ("c", "no span or suggestion here"),
            ("a", "no suggestions left in this document"),
            ("Q", "Q does nothing here: ? shows the keys"),
            ("g z", "g z does nothing here: ? shows the keys"),
            ("Tab", "no suggestions here"),
        ] {
            let mut desk = one("#[Ada]# wrote");
            desk.keys(keys);
            assert_eq!((desk.said(), desk.spans().as_str()), (why, "Ada wrote"), "{keys}");
        }
    }

    fn without_labels_the_way_to_one_is_told() {
        let mut desk = Setup::default().document("one", "Ada wrote").sit_down();
        assert!(desk.screen().contains("no labels yet: e adds them"), "{}", desk.screen());
        desk.keys("1");
        assert_eq!(desk.said(), "the project has no labels yet: e adds them");
        // The editor begins with a name, and the first key after it labels.
        desk.keys("e \"person\" Enter Esc 1");
        assert_eq!(desk.spans(), "[Ada](person) wrote");
    }
}

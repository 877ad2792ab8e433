//! Moving and selecting.

use super::*;

chapter! {
    fn words_are_walked_over_one_by_one() {
        check(&[
            ("#[Ada]# Lovelace wrote", "l", "Ada #[Lovelace]# wrote"),
            ("#[Ada]# Lovelace wrote", "Right Right", "Ada Lovelace #[wrote]#"),
            ("Ada #[Lovelace]# wrote", "h", "#[Ada]# Lovelace wrote"),
            ("Ada #[Lovelace]# wrote", "Left Left", "#[Ada]# Lovelace wrote"),
            ("Ada #[Lovelace]# wrote", "w", "Ada Lovelace #[wrote]#"),
            ("Ada #[Lovelace]# wrote", "b", "#[Ada]# Lovelace wrote"),
            ("Ada Lovelace #[wrote]#", "l", "Ada Lovelace #[wrote]#"),
        ]);
    }

    fn rows_are_walked_up_and_down_keeping_the_column() {
        check(&[
            ("one two\n#[three]# four\nfive", "j", "one two\nthree four\n#[five]#"),
            ("one two\nthree #[four]#\nfive", "k", "one #[two]#\nthree four\nfive"),
            ("one two\nthree #[four]#\nx\nthree four", "Down Down", "one two\nthree four\nx\nthree #[four]#"),
            ("one two three\n\n\nfour #[five]# six", "Up", "one two #[three]#\n\n\nfour five six"),
            ("#[one]# two three\n\n\nfour five six", "Down", "one two three\n\n\n#[four]# five six"),
            ("one\n#[two]#\n\n", "Down", "one\n#[two]#\n\n"),
            ("\n\n#[one]# two", "Up", "\n\n#[one]# two"),
            ("one #[two]# three", "^", "#[one]# two three"),
            ("one #[two]# three", "Home", "#[one]# two three"),
            ("one #[two]# three\nfour", "$", "one two #[three]#\nfour"),
            ("one #[two]# three\nfour", "End", "one two #[three]#\nfour"),
            ("one\ntwo\n#[three]#", "g g", "#[one]#\ntwo\nthree"),
            ("#[one]#\ntwo\nthree", "g e", "one\ntwo\n#[three]#"),
            ("#[one]#\ntwo\nthree", "G", "one\ntwo\n#[three]#"),
        ]);
    }

    fn screenfuls_move_by_as_many_rows_as_there_are() {
        // 20 rows for text at 80×24, with one row of names under each: 10 rows of text.
        let lines: Vec<String> = (0..60).map(|n| format!("line{n}")).collect();
        let mut desk = one(&lines.join("\n"));
        let mut at = |keys: &str| {
            desk.keys(keys);
            let marked = desk.marked();
            let text: Vec<char> = marked.text.chars().collect();
            let range = marked.selection.unwrap();
            text[range.start..range.end].iter().collect::<String>()
        };
        assert_eq!(at("PageDown"), "line9");
        assert_eq!(at("C-f"), "line18");
        assert_eq!(at("C-d"), "line22");
        assert_eq!(at("C-u"), "line18");
        assert_eq!(at("PageUp"), "line9");
        assert_eq!(at("PageUp PageUp"), "line0");
        assert_eq!(at("G PageDown"), "line59");
    }

    fn a_selection_grows_from_where_it_began() {
        check(&[
            ("#[Ada]# Lovelace wrote", "v l", "#[Ada Lovelace]# wrote"),
            ("Ada #[Lovelace]# wrote", "v l h h", "#[Ada Lovelace]# wrote"),
            ("Ada #[Lovelace]# wrote", "v l v l", "Ada Lovelace #[wrote]#"),
            ("Ada #[Lovelace]# wrote", "S-Right", "Ada #[Lovelace wrote]#"),
            ("Ada #[Lovelace]# wrote", "S-Left", "#[Ada Lovelace]# wrote"),
            ("#[Ada]# Lovelace wrote", "v l l Esc", "Ada Lovelace #[wrote]#"),
            ("one #[two]#\nthree four", "v j", "one #[two\nthree four]#"),
        ]);
    }

    fn edges_of_a_selection_grow_and_shrink() {
        check(&[
            ("Ada #[Lovelace]# wrote", "H", "#[Ada Lovelace]# wrote"),
            ("Ada #[Lovelace]# wrote", "L", "Ada #[Lovelace wrote]#"),
            ("#[Ada Lovelace]# wrote", ">", "Ada #[Lovelace]# wrote"),
            ("#[Ada Lovelace]# wrote", "<", "#[Ada]# Lovelace wrote"),
            // Nothing further, and never empty.
            ("#[Ada]# Lovelace wrote", "H", "#[Ada]# Lovelace wrote"),
            ("#[Ada]# Lovelace wrote", ">", "#[Ada]# Lovelace wrote"),
            ("#[Ada]# Lovelace wrote", "<", "#[Ada]# Lovelace wrote"),
            ("Ada Lovelace #[wrote]#", "L", "Ada Lovelace #[wrote]#"),
        ]);
    }

    fn a_refused_edge_says_so() {
        let mut desk = one("#[Ada]#");
        desk.keys("L");
        assert_eq!(desk.said(), "this edge cannot go further");
    }
}

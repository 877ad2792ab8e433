//! Which documents come, and in which order.

use super::*;
use gleaner::dataset::Status;
use gleaner::store::Summary;

fn six() -> Desk {
    let mut desk = Setup::default()
        .labels(&LABELS)
        .document("a", "Ada wrote a longer text than others")
        .document("b", "Byron wrote")
        .document("c", "[Cesar](person) wrote of [Turin](place)")
        .document("d", "[Dora](person) wrote of it")
        .document("e", "Emil")
        .document("f", "Fanny wrote of [May](date)")
        .sit_down();
    let scores: [&[f32]; 6] = [&[0.9], &[0.5, 0.4], &[], &[0.95, 0.91, 0.97], &[0.45], &[0.06]];
    let rows = desk.project().page(desk::ME, &Default::default(), gleaner::store::Anchor::Start, 9).unwrap();
    let summary = |s: &[f32]| Summary::of(s.iter().copied(), s.iter().filter(|s| **s > 0.5).count(), 10);
    let summaries: Vec<_> = rows.iter().zip(scores).map(|(row, scores)| (row.id, summary(scores))).collect();
    desk.project().summarise(&summaries).unwrap();
    desk.look();
    desk
}

fn listed(desk: &Desk) -> String {
    desk.model().documents.rows.iter().map(|row| row.external_id.clone().unwrap()).collect()
}

chapter! {
    fn the_list_has_an_order_for_each_need() {
        let mut desk = six();
        desk.keys("] 1 g l o s");
        assert_eq!(listed(&desk), "ebdfca", "shortest first");
        desk.keys("o l");
        assert_eq!(listed(&desk), "acfdbe", "longest first");
        desk.keys("o r");
        assert_eq!(listed(&desk)[..1], *"b", "last edited first");
        desk.keys("o u");
        assert_eq!(listed(&desk)[..2], *"be", "most uncertain first");
        assert!(desk.screen().contains("most uncertain first"), "{}", desk.screen());
        desk.keys("o m");
        assert_eq!(listed(&desk)[..2], *"da", "most suggestions first");
        desk.keys("o d");
        assert_eq!(listed(&desk), "abcdef");
    }

    fn a_random_order_is_the_same_each_time_and_says_its_seed() {
        let mut desk = six();
        desk.keys("g l o x");
        let first = listed(&desk);
        assert!(desk.screen().contains("random, seed 1"), "{}", desk.screen());
        desk.keys("o x");
        assert!(desk.screen().contains("random, seed 2"), "{}", desk.screen());
        desk.keys("o d o x");
        assert_eq!(listed(&desk), first);
        let mut all: Vec<char> = first.chars().collect();
        all.sort_unstable();
        assert_eq!(all, ['a', 'b', 'c', 'd', 'e', 'f']);
        // Next goes along it, and it is there after a restart.
        desk.keys("Enter ]");
        assert_eq!(desk.document(), &first[1..2]);
        let mut desk = desk.restart();
        desk.keys("]");
        assert_eq!(desk.document(), &first[2..3]);
        desk.keys("g l");
        assert_eq!(listed(&desk), first);
    }

    fn what_was_submitted_before_a_label_came_is_to_be_checked() {
        let mut desk = six();
        desk.keys("g d \"a\" Enter Space s g d \"d\" Enter Space s g d \"e\" Enter D");
        desk.keys("g l e a \"thing\" Enter Esc o n");
        assert_eq!(listed(&desk), "adbcf", "submitted without it, then unfinished; discarded ones are done");
        desk.keys("g g Enter");
        assert_eq!((desk.document(), desk.status()), ("a", Status::Submitted));
        // Submitted again it is checked, and the next one to check follows.
        desk.keys("Enter");
        assert_eq!(desk.document(), "d");
        // From where it is on, and from the start again at the end.
        desk.keys("Enter");
        assert_eq!(desk.document(), "f");
        desk.keys("Enter");
        assert_eq!(desk.document(), "b");
        desk.keys("g l");
        assert_eq!(listed(&desk), "bc");
    }

    fn filters_hold_together_and_are_said() {
        let mut desk = six();
        desk.keys("g l f l");
        assert!(desk.screen().contains("Documents with label"), "{}", desk.screen());
        desk.keys("\"per\" Enter");
        assert_eq!(listed(&desk), "cd");
        assert!(desk.screen().contains("only label person: Esc shows all"), "{}", desk.screen());
        desk.keys("f p \"0.9\" Enter");
        assert_eq!(listed(&desk), "d");
        assert!(desk.screen().contains("label person · score 0.90–1.00"), "{}", desk.screen());
        // Once more takes a label away; empty scores are all scores.
        desk.keys("f l");
        assert_eq!(listed(&desk), "ad");
        desk.keys("f p C-u \"0.4-0.5\" Enter");
        assert_eq!(listed(&desk), "be");
        desk.keys("f p C-u \"high\" Enter");
        assert!(desk.screen().contains("two numbers from 0 to 1"), "{}", desk.screen());
        desk.keys("Esc f p C-u \"0.6_0.5\" Enter");
        assert!(desk.screen().contains("the first number must be below the second"), "{}", desk.screen());
        desk.keys("Esc f s");
        assert_eq!(listed(&desk), "be");
        desk.keys("/ \"wrote\" Enter");
        assert_eq!(listed(&desk), "b");
        desk.keys("f c");
        assert_eq!(listed(&desk), "abcdef");
        desk.keys("f c");
        assert_eq!(desk.said(), "all documents are listed already");
    }
}
